/**
 * The mapping database: all non-empty slots of the machine in one ordered set.
 *
 * It is an AVL tree whose nodes are the slots themselves. Every node also knows the greatest end of a region in each of
 * its subtrees, which answers "what covers this address?" without a walk over siblings. What is known of a subtree, its
 * height and its greatest end, stands in the node above it: whoever goes up or down the tree looks at the nodes on the
 * way and no others, each of which is a cache line. Regions of one root nest: two of them are disjoint, equal, or one lies in the other. Only memory (root PhysAddr) has a size, so ends of
 * other roots are 0 and never found. Objects without a size do not count as regions.
 *
 * Ends are kept in KiB: every object starts and ends at a multiple of 1 KiB, and 32 bits of KiB are 4 TiB.
 *
 * Every operation is O(log n), iterative, and needs no memory but the nodes.
 */

import { MdbRoot } from "../../kpi/object-types";
import { Cte } from "../cap/cte";
import { kernel } from "../kernel-state";
import { compareObjects, compareSlots } from "./order";

/** log2 of the unit of ends. */
const END_UNIT_BITS: u64 = 10;

/** First physical address that an end in KiB cannot express. */
export const MDB_ADDRESS_LIMIT: u64 = 1 << 42;

/** End of the node's own region, in KiB; 0 for an object without a size. */
function ownEnd(node: Cte): u32 {
  return node.bytes == 0 ? 0 : u32(node.end >> END_UNIT_BITS);
}

export function mdbRoot(): Cte | null {
  return changetype<Cte | null>(kernel.mdbRoot);
}

function setRoot(node: Cte | null): void {
  kernel.mdbRoot = changetype<usize>(node);
}

/** Puts `after` where `before` hangs. */
function replaceChild(parent: Cte | null, before: Cte, after: Cte | null): void {
  if (!parent) setRoot(after);
  else if (parent.left === before) parent.left = after;
  else parent.right = after;
  if (after) after.parent = parent;
}

/** Height of the subtree of which the node is the top. */
function heightOf(node: Cte): u32 {
  return 1 + max<u32>(node.leftHeight, node.rightHeight);
}

/** Greatest end of a region in that subtree. */
function endOf(node: Cte): u32 {
  return max(ownEnd(node), max(node.leftEndKiB, node.rightEndKiB));
}

/** Hangs a subtree, which may be empty, below `parent` on the left, with all that is known of it. */
function hangLeft(parent: Cte, child: Cte | null, height: u32, endKiB: u32): void {
  parent.left = child;
  parent.leftHeight = u8(height);
  parent.leftEndKiB = endKiB;
  if (child) child.parent = parent;
}

function hangRight(parent: Cte, child: Cte | null, height: u32, endKiB: u32): void {
  parent.right = child;
  parent.rightHeight = u8(height);
  parent.rightEndKiB = endKiB;
  if (child) child.parent = parent;
}

/** Turns `top` and its right child; returns the child, which is now above. */
function rotateLeft(top: Cte): Cte {
  const pivot = changetype<Cte>(top.right);
  replaceChild(top.parent, top, pivot);
  hangRight(top, pivot.left, pivot.leftHeight, pivot.leftEndKiB);
  hangLeft(pivot, top, heightOf(top), endOf(top));
  return pivot;
}

/** Turns `top` and its left child; returns the child, which is now above. */
function rotateRight(top: Cte): Cte {
  const pivot = changetype<Cte>(top.left);
  replaceChild(top.parent, top, pivot);
  hangLeft(top, pivot.right, pivot.rightHeight, pivot.rightEndKiB);
  hangRight(pivot, top, heightOf(top), endOf(top));
  return pivot;
}

/** Restores the balance of a node whose subtrees are balanced and differ by at most two; returns the subtree's top. */
function rebalance(node: Cte): Cte {
  const leftHeight: u32 = node.leftHeight;
  const rightHeight: u32 = node.rightHeight;
  if (leftHeight > rightHeight + 1) {
    const child = changetype<Cte>(node.left);
    if (child.leftHeight < child.rightHeight) hangLeft(node, rotateLeft(child), leftHeight, node.leftEndKiB);
    return rotateRight(node);
  }
  if (rightHeight > leftHeight + 1) {
    const child = changetype<Cte>(node.right);
    if (child.rightHeight < child.leftHeight) hangRight(node, rotateRight(child), rightHeight, node.rightEndKiB);
    return rotateLeft(node);
  }
  return node;
}

/** Walks up from a node of which a subtree changed, until a subtree looks from outside as it did before. */
function retrace(from: Cte | null): void {
  let node = from;
  while (node) {
    const top = rebalance(node);
    const parent = top.parent;
    if (!parent) return;
    const height = heightOf(top);
    const end = endOf(top);
    if (parent.left === top) {
      if (parent.leftHeight == height && parent.leftEndKiB == end) return;
      hangLeft(parent, top, height, end);
    } else {
      if (parent.rightHeight == height && parent.rightEndKiB == end) return;
      hangRight(parent, top, height, end);
    }
    node = parent;
  }
}

/**
 * Inserts a filled slot, which must not be in the database. `near` is a slot beside which it probably comes, as copies do
 * and objects that are cut from one region in a row: if it does, no descent is needed.
 */
export function mdbInsert(node: Cte, near: Cte | null = null): void {
  if (near !== null && attachBeside(node, near)) return;
  let parent: Cte | null = null;
  let before = false;
  let at = mdbRoot();
  while (at) {
    parent = at;
    before = compareSlots(node, at) < 0;
    at = before ? at.left : at.right;
  }
  attach(node, parent, before);
}

/** Inserts a slot right behind or right before another. Returns false if its place is elsewhere. */
function attachBeside(node: Cte, near: Cte): bool {
  const isBehind = compareSlots(near, node) < 0;
  const previous = isBehind ? near : mdbPredecessor(near);
  const next = isBehind ? mdbSuccessor(near) : near;
  const other = isBehind ? next : previous;
  const isBetween = other === null || compareSlots(node, other) < 0 == isBehind;
  if (!isBetween) return false;
  // Of two neighbours, one has room on the side of the other.
  if (previous !== null && previous.right === null) attach(node, previous, false);
  else attach(node, next, true);
  return true;
}

function attach(node: Cte, parent: Cte | null, before: bool): void {
  hangLeft(node, null, 0, 0);
  hangRight(node, null, 0, 0);
  node.parent = null;
  if (!parent) setRoot(node);
  else if (before) hangLeft(parent, node, 1, ownEnd(node));
  else hangRight(parent, node, 1, ownEnd(node));
  retrace(parent);
  kernel.mdbCount++;
}

/** Removes a slot; its capability stays as it is. */
export function mdbRemove(node: Cte): void {
  const left = node.left;
  const right = node.right;
  if (left !== null && right !== null) {
    const heir = leftmost(right);
    const above = changetype<Cte>(heir.parent);
    replaceChild(node.parent, node, heir);
    hangLeft(heir, left, node.leftHeight, node.leftEndKiB);
    if (above !== node) {
      hangLeft(above, heir.right, heir.rightHeight, heir.rightEndKiB);
      hangRight(heir, right, node.rightHeight, node.rightEndKiB);
      retrace(above);
    }
    // The heir stands for the removed node: it is looked at even if nothing changed below.
    retrace(heir);
  } else {
    const parent = node.parent;
    const child = left !== null ? left : right;
    const height = max<u32>(node.leftHeight, node.rightHeight);
    const end = max(node.leftEndKiB, node.rightEndKiB);
    if (!parent) replaceChild(null, node, child);
    else if (parent.left === node) hangLeft(parent, child, height, end);
    else hangRight(parent, child, height, end);
    retrace(parent);
  }
  node.left = null;
  node.right = null;
  node.parent = null;
  kernel.mdbCount--;
}

function leftmost(top: Cte): Cte {
  let node = top;
  for (let next = node.left; next; next = node.left) node = next;
  return node;
}

function rightmost(top: Cte): Cte {
  let node = top;
  for (let next = node.right; next; next = node.right) node = next;
  return node;
}

/** The first slot of the order. */
export function mdbFirst(): Cte | null {
  const root = mdbRoot();
  return root ? leftmost(root) : null;
}

/** The slot behind `node`. */
export function mdbSuccessor(node: Cte): Cte | null {
  const right = node.right;
  if (right) return leftmost(right);
  let child = node;
  let parent = child.parent;
  while (parent !== null && parent.right === child) {
    child = parent;
    parent = child.parent;
  }
  return parent;
}

/** The slot before `node`. */
export function mdbPredecessor(node: Cte): Cte | null {
  const left = node.left;
  return left ? rightmost(left) : parentOnTheLeft(node);
}

/** The last region of a subtree that ends behind `end` (in KiB), given that there is one. */
function lastEndingAfterIn(top: Cte, end: u32): Cte {
  let node = top;
  while (node.rightEndKiB > end || ownEnd(node) <= end) {
    node = changetype<Cte>(node.rightEndKiB > end ? node.right : node.left);
  }
  return node;
}

/** What `mdbSearch` found. */
export class Around {
  /** The last memory object that starts before the end of the range. */
  static last: Cte | null = changetype<Cte | null>(0);
  /** The last region that starts before the end of the range and reaches behind its start. */
  static reaching: Cte | null = changetype<Cte | null>(0);
}

/**
 * Looks for what is around the range from `start` to before `end`. -> Around
 *
 * One way down answers both questions. Memory comes first in the order, as it has the lowest root. Where the way turns
 * right, the node and its left subtree start before the end; the last such node that knows of a reaching region has
 * the last one.
 */
export function mdbSearch(start: u64, end: u64): void {
  const startKiB = start < MDB_ADDRESS_LIMIT ? u32(start >> END_UNIT_BITS) : U32.MAX_VALUE;
  let last: Cte | null = null;
  let knowing: Cte | null = null;
  let node = mdbRoot();
  while (node) {
    if (node.root == MdbRoot.PhysAddr && node.base < end) {
      last = node;
      if (ownEnd(node) > startKiB || node.leftEndKiB > startKiB) knowing = node;
      node = node.right;
    } else {
      node = node.left;
    }
  }
  Around.last = last;
  Around.reaching = knowing;
  if (knowing !== null && ownEnd(knowing) <= startKiB) {
    Around.reaching = lastEndingAfterIn(changetype<Cte>(knowing.left), startKiB);
  }
}

/** The nearest node above that comes before `node` in the order. */
function parentOnTheLeft(node: Cte): Cte | null {
  let child = node;
  let parent = child.parent;
  while (parent !== null && parent.left === child) {
    child = parent;
    parent = child.parent;
  }
  return parent;
}

/**
 * Does a region that comes before all copies of `key` reach behind `address`? Asked from the top: where one region
 * covers many, the answer is near the root.
 */
export function mdbAnyBeforeEndsAfter(key: Cte, address: u64): bool {
  const end = u32(address >> END_UNIT_BITS);
  let node = mdbRoot();
  while (node) {
    if (compareObjects(node, key) >= 0) {
      node = node.left;
    } else {
      if (ownEnd(node) > end || node.leftEndKiB > end) return true;
      node = node.right;
    }
  }
  return false;
}

/** The innermost region around the byte at `address`. */
export function mdbFindForAddress(address: u64): Cte | null {
  mdbSearch(address, address + 1);
  return Around.reaching;
}
