/**
 * A treap of free pieces, for policies that search by address, or by size and then address.
 *
 *      0     4        8
 *     +-----+--------+
 *     | top | bySize |      piece: link0 left subtree, link1 right subtree, largest: see below
 *     +-----+--------+
 *
 * The treap is a search tree by key and a heap by priority. The priority is a hash of the node's address, so the tree
 * has the shape of a tree that was filled in random order, whatever the real order was. Each piece holds, in 16 bits,
 * the bin of the largest piece in its subtree. With it, a search by address skips pieces that are too small.
 */
import { MmNode } from "../node";
import { binOf } from "./segregated-fit";

@unmanaged
export class Treap {
  top: MmNode | null;
  /** 1 if the order is by size, then address; 0 if it is by address. */
  bySize: u32;
}

/** The two results of a split. Read them before the next call. */
class Halves {
  static before: MmNode | null = null;
  static behind: MmNode | null = null;
}

export function treapInit(treap: Treap, bySize: bool): void {
  treap.top = null;
  treap.bySize = u32(bySize);
}

/** Is the key of `a` less than (`pages`, `page`)? */
function isBefore(treap: Treap, a: MmNode, pages: u32, page: u32): bool {
  if (treap.bySize != 0 && a.pages != pages) return a.pages < pages;
  return a.page < page;
}

function priority(node: MmNode): u32 {
  const mixed = u32(changetype<usize>(node)) * 0x9e3779b1;
  return mixed ^ (mixed >>> 15);
}

function largestIn(node: MmNode | null): u32 {
  return node ? node.largest : 0;
}

/** Recomputes `largest` of a piece and returns the piece. */
function refresh(node: MmNode): MmNode {
  node.largest = u16(max(binOf(node.pages), max(largestIn(node.link0), largestIn(node.link1))));
  return node;
}

/** Splits a subtree at a key. -> Halves */
function split(treap: Treap, top: MmNode | null, pages: u32, page: u32): void {
  if (!top) {
    Halves.before = null;
    Halves.behind = null;
  } else if (isBefore(treap, top, pages, page)) {
    split(treap, top.link1, pages, page);
    top.link1 = Halves.before;
    Halves.before = refresh(top);
  } else {
    split(treap, top.link0, pages, page);
    top.link0 = Halves.behind;
    Halves.behind = refresh(top);
  }
}

/** Joins two subtrees. All pieces of `before` must come before all pieces of `behind`. */
function merge(before: MmNode | null, behind: MmNode | null): MmNode | null {
  if (!before) return behind;
  if (!behind) return before;
  if (priority(before) > priority(behind)) {
    before.link1 = merge(before.link1, behind);
    return refresh(before);
  }
  behind.link0 = merge(before, behind.link0);
  return refresh(behind);
}

function insertBelow(treap: Treap, top: MmNode | null, node: MmNode): MmNode {
  if (!top || priority(node) > priority(top)) {
    split(treap, top, node.pages, node.page);
    node.link0 = Halves.before;
    node.link1 = Halves.behind;
    return refresh(node);
  }
  if (isBefore(treap, top, node.pages, node.page)) top.link1 = insertBelow(treap, top.link1, node);
  else top.link0 = insertBelow(treap, top.link0, node);
  return refresh(top);
}

function removeBelow(treap: Treap, top: MmNode | null, node: MmNode, pages: u32, page: u32): MmNode | null {
  if (!top || top === node) return top ? merge(top.link0, top.link1) : null;
  if (isBefore(treap, top, pages, page)) top.link1 = removeBelow(treap, top.link1, node, pages, page);
  else top.link0 = removeBelow(treap, top.link0, node, pages, page);
  return refresh(top);
}

export function treapAdd(treap: Treap, node: MmNode): void {
  treap.top = insertBelow(treap, treap.top, node);
}

/** Removes a piece that was entered with `pages` pages from `page` on, even if it has changed since. */
export function treapRemove(treap: Treap, node: MmNode, page: u32, pages: u32): void {
  treap.top = removeBelow(treap, treap.top, node, pages, page);
}

/** The first piece whose key is at least the given one. */
export function treapFrom(treap: Treap, pages: u32, page: u32): MmNode | null {
  let found: MmNode | null = null;
  let node = treap.top;
  while (node) {
    if (isBefore(treap, node, pages, page)) {
      node = node.link1;
    } else {
      found = node;
      node = node.link0;
    }
  }
  return found;
}

/** The first piece of a subtree whose bin is at least `bin`. The subtree must contain one. */
function firstOfBin(top: MmNode, bin: u32): MmNode {
  let node = top;
  let before = node.link0;
  while (largestIn(before) >= bin || binOf(node.pages) < bin) {
    node = changetype<MmNode>(largestIn(before) >= bin ? before : node.link1);
    before = node.link0;
  }
  return node;
}

/** In a treap by address: the first piece at or after `page` whose bin is at least `bin`. */
export function treapFromOfBin(treap: Treap, page: u32, bin: u32): MmNode | null {
  let turn: MmNode | null = null;
  let node = treap.top;
  while (node && u32(node.largest) >= bin) {
    if (node.page < page) {
      node = node.link1;
    } else {
      if (binOf(node.pages) >= bin || largestIn(node.link1) >= bin) turn = node;
      node = node.link0;
    }
  }
  if (!turn || binOf(turn.pages) >= bin) return turn;
  return firstOfBin(changetype<MmNode>(turn.link1), bin);
}

/** The last piece. */
export function treapLast(treap: Treap): MmNode | null {
  let node = treap.top;
  while (node && node.link1) node = node.link1;
  return node;
}

/** In a treap by address: the last piece in the largest bin. */
export function treapLastOfLargest(treap: Treap): MmNode | null {
  let node = treap.top;
  const bin = largestIn(node);
  while (node) {
    const behind = node.link1;
    if (behind && u32(behind.largest) >= bin) node = behind;
    else if (binOf(node.pages) >= bin) return node;
    else node = node.link0;
  }
  return null;
}

export function treapHolds(treap: Treap, node: MmNode): bool {
  return treapFrom(treap, node.pages, node.page) === node;
}

/** Number of pieces in the tree, found by visiting them in order. */
export function treapCount(treap: Treap): u32 {
  let count: u32 = 0;
  let node = treapFrom(treap, 0, 0);
  while (node) {
    count++;
    node = treapFrom(treap, node.pages, node.page + 1);
  }
  return count;
}
