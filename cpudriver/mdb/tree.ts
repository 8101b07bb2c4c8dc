/**
 * The mapping database: all non-empty slots of the machine in one ordered set.
 *
 * It is an AVL tree whose nodes are the slots themselves. Every node also knows the greatest end of a region in its
 * subtree (`endKiB`), which answers "what covers this address?" without a walk over siblings. Regions of one root
 * nest: two of them are disjoint, equal, or one lies in the other. Only memory (root PhysAddr) has a size, so ends of
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

/** log2 of the unit of `endKiB`. */
const END_UNIT_BITS: u64 = 10;

/** First physical address that `endKiB` cannot express. */
export const MDB_ADDRESS_LIMIT: u64 = 1 << 42;

function heightOf(node: Cte | null): u32 {
  return node ? node.height : 0;
}

function endOf(node: Cte | null): u32 {
  return node ? node.endKiB : 0;
}

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

/** Recomputes what a node knows of its subtree. */
function refresh(node: Cte): void {
  const left = node.left;
  const right = node.right;
  const leftHeight = heightOf(left);
  const rightHeight = heightOf(right);
  node.height = u8(1 + max(leftHeight, rightHeight));
  node.endKiB = max(ownEnd(node), max(endOf(left), endOf(right)));
}

/** Turns `top` and its right child; returns the child, which is now above. */
function rotateLeft(top: Cte): Cte {
  const pivot = changetype<Cte>(top.right);
  replaceChild(top.parent, top, pivot);
  const inner = pivot.left;
  top.right = inner;
  if (inner) inner.parent = top;
  pivot.left = top;
  top.parent = pivot;
  refresh(top);
  refresh(pivot);
  return pivot;
}

/** Turns `top` and its left child; returns the child, which is now above. */
function rotateRight(top: Cte): Cte {
  const pivot = changetype<Cte>(top.left);
  replaceChild(top.parent, top, pivot);
  const inner = pivot.right;
  top.left = inner;
  if (inner) inner.parent = top;
  pivot.right = top;
  top.parent = pivot;
  refresh(top);
  refresh(pivot);
  return pivot;
}

/** Restores the balance of a node whose subtrees are balanced and differ by at most two; returns the subtree's top. */
function rebalance(node: Cte): Cte {
  const left = node.left;
  const right = node.right;
  const leftHeight = heightOf(left);
  const rightHeight = heightOf(right);
  if (leftHeight > rightHeight + 1) {
    const child = changetype<Cte>(left);
    if (heightOf(child.left) < heightOf(child.right)) rotateLeft(child);
    return rotateRight(node);
  }
  if (rightHeight > leftHeight + 1) {
    const child = changetype<Cte>(right);
    if (heightOf(child.right) < heightOf(child.left)) rotateRight(child);
    return rotateLeft(node);
  }
  refresh(node);
  return node;
}

/** Walks up from a node whose subtree changed, until a subtree looks from outside as it did before. */
function retrace(from: Cte | null): void {
  let node = from;
  while (node) {
    const height = node.height;
    const end = node.endKiB;
    const top = rebalance(node);
    if (top.height == height && top.endKiB == end) return;
    node = top.parent;
  }
}

/** Inserts a filled slot. It must not be in the database. */
export function mdbInsert(node: Cte): void {
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

/**
 * Inserts a slot that probably comes right behind `previous`, as objects do that are cut from one region. If so, no
 * descent is needed.
 */
export function mdbInsertAfter(previous: Cte | null, node: Cte): void {
  if (previous === null) return mdbInsert(node);
  const next = mdbSuccessor(previous);
  if (compareSlots(previous, node) > 0 || (next !== null && compareSlots(node, next) > 0)) return mdbInsert(node);
  if (previous.right === null) attach(node, previous, false);
  else attach(node, next, true);
}

function attach(node: Cte, parent: Cte | null, before: bool): void {
  node.left = null;
  node.right = null;
  node.parent = parent;
  refresh(node);
  if (!parent) setRoot(node);
  else if (before) parent.left = node;
  else parent.right = node;
  retrace(parent);
  kernel.mdbCount++;
}

/** Removes a slot; its capability stays as it is. */
export function mdbRemove(node: Cte): void {
  const left = node.left;
  const right = node.right;
  if (left !== null && right !== null) {
    const heir = leftmost(right);
    let start = changetype<Cte>(heir.parent);
    if (start === node) start = heir;
    else {
      replaceChild(start, heir, heir.right);
      heir.right = right;
      right.parent = heir;
    }
    replaceChild(node.parent, node, heir);
    heir.left = left;
    left.parent = heir;
    heir.height = node.height;
    heir.endKiB = node.endKiB;
    retrace(start);
    // The heir took over the numbers of the removed node: they are looked at even if nothing changed below.
    retrace(heir);
  } else {
    replaceChild(node.parent, node, left !== null ? left : right);
    retrace(node.parent);
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

/** The last memory object that starts before `address`. Memory comes first in the order: it has the lowest root. */
export function mdbLastStartingBefore(address: u64): Cte | null {
  let found: Cte | null = null;
  let node = mdbRoot();
  while (node) {
    if (node.root == MdbRoot.PhysAddr && node.base < address) {
      found = node;
      node = node.right;
    } else {
      node = node.left;
    }
  }
  return found;
}

/** The last region of a subtree that ends behind `end`, given that there is one. */
function lastEndingAfterIn(top: Cte, end: u32): Cte {
  let node = top;
  let right = node.right;
  while ((right !== null && right.endKiB > end) || ownEnd(node) <= end) {
    node = right !== null && right.endKiB > end ? right : changetype<Cte>(node.left);
    right = node.right;
  }
  return node;
}

/** The last region, `from` or before it in the order, that ends behind `address`. */
export function mdbLastEndingAfter(from: Cte | null, address: u64): Cte | null {
  if (address >= MDB_ADDRESS_LIMIT) return null;
  const end = u32(address >> END_UNIT_BITS);
  let node = from;
  while (node) {
    if (ownEnd(node) > end) return node;
    const left = node.left;
    if (left !== null && left.endKiB > end) return lastEndingAfterIn(left, end);
    node = parentOnTheLeft(node);
  }
  return null;
}

/** The nearest node above that comes before `node` in the order: what it knows covers all before the subtree. */
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
      if (ownEnd(node) > end || endOf(node.left) > end) return true;
      node = node.right;
    }
  }
  return false;
}

/** The innermost region around the byte at `address`. */
export function mdbFindForAddress(address: u64): Cte | null {
  return mdbLastEndingAfter(mdbLastStartingBefore(address + 1), address);
}
