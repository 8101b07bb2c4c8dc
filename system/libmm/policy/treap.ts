/**
 * A treap of free pieces, for the policies that search in an order: by address, or by size and then address.
 *
 *      0     4        8
 *     +-----+--------+
 *     | top | bySize |      piece: link0 what comes before it, link1 what comes behind, largest: see below
 *     +-----+--------+
 *
 * A search tree by its keys and a heap by priorities, which are a hash of the node's address: so its shape is that of a
 * tree of random insertions, whatever comes in. Each piece knows the bin of the largest piece in its subtree, 16 bits,
 * which leads a search by address past everything that is too small.
 */
import { MmNode } from "../node";
import { binOf } from "./segregated-fit";

@unmanaged
export class Treap {
  top: MmNode | null;
  /** 1: the order is by size, then address; 0: by address. */
  bySize: u32;
}

/** What a split yields, to be read at once. */
class Halves {
  static before: MmNode | null = null;
  static behind: MmNode | null = null;
}

export function treapInit(treap: Treap, bySize: bool): void {
  treap.top = null;
  treap.bySize = u32(bySize);
}

/** Does the key of `a` come before (`pages`, `page`)? */
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

/** Recomputes what a piece knows of its subtree, and returns it. */
function refresh(node: MmNode): MmNode {
  node.largest = u16(max(binOf(node.pages), max(largestIn(node.link0), largestIn(node.link1))));
  return node;
}

/** Divides a subtree at a key. -> Halves */
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

/** One subtree of two, of which all of the first comes before all of the second. */
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

/** Takes out a piece that was entered with `pages` pages from `page` on, whatever it is by now. */
export function treapRemove(treap: Treap, node: MmNode, page: u32, pages: u32): void {
  treap.top = removeBelow(treap, treap.top, node, pages, page);
}

/** The first piece with this key or behind it. */
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

/** The first of a subtree whose bin is at least `bin`, given that there is one. */
function firstOfBin(top: MmNode, bin: u32): MmNode {
  let node = top;
  let before = node.link0;
  while (largestIn(before) >= bin || binOf(node.pages) < bin) {
    node = changetype<MmNode>(largestIn(before) >= bin ? before : node.link1);
    before = node.link0;
  }
  return node;
}

/** By address: the first piece from `page` on whose bin is at least `bin`. */
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

/** By address: the last piece of the largest bin. */
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

/** Pieces in the tree, in their order. */
export function treapCount(treap: Treap): u32 {
  let count: u32 = 0;
  let node = treapFrom(treap, 0, 0);
  while (node) {
    count++;
    node = treapFrom(treap, node.pages, node.page + 1);
  }
  return count;
}
