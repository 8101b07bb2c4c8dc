/**
 * The mapping database holds all non-empty slots of the machine.
 *
 * All except mappings are in an AVL tree, which is ordered and whose nodes are the slots themselves. A mapping hangs in
 * the list of the slot that it maps (`paging/mapping.ts`). Every node also stores the greatest end of a region in each
 * of its subtrees. So the search for the region that covers an address never has to walk over siblings. A node stores
 * the height and the greatest end of both subtrees, not its own: a walk up or down the tree reads only the nodes on its
 * path, and each node is one cache line.
 *
 * Regions of one root nest: any two are disjoint or equal, or one lies in the other. Only memory (root PhysAddr) has a
 * size. Objects without a size are not regions; their end is 0, so the searches never find them.
 *
 * Ends are in KiB: every object starts and ends at a multiple of 1 KiB.
 *
 * Every operation is O(log n) and iterative, and uses no memory except the nodes.
 */

import { Cte, inKiB } from "../cap/cte";
import { kernel } from "../kernel-state";
import { dropFinger, fingerBefore, setFinger } from "./fingers";
import { isBefore, objectIsBefore } from "./order";

export function mdbRoot(): Cte | null {
  return changetype<Cte | null>(kernel.mdbRoot);
}

export function setRoot(node: Cte | null): void {
  kernel.mdbRoot = changetype<usize>(node);
}

/** Puts `after` in place of `before`, a child of `parent` (or the root if `parent` is null). */
function replaceChild(parent: Cte | null, before: Cte, after: Cte | null): void {
  if (!parent) setRoot(after);
  else if (parent.left === before) parent.left = after;
  else parent.right = after;
  if (after) after.parent = parent;
}

/** Height of the subtree whose top is `node`. */
export function heightOf(node: Cte): u32 {
  return 1 + max<u32>(node.leftHeight, node.rightHeight);
}

/** Greatest end of a region in the subtree whose top is `node`, in KiB. */
export function endOf(node: Cte): u32 {
  return max(node.endKiB, max(node.leftEndKiB, node.rightEndKiB));
}

/** Makes `child`, which may be null, the left subtree of `parent`, with its height and greatest end. */
export function hangLeft(parent: Cte, child: Cte | null, height: u32, endKiB: u32): void {
  parent.left = child;
  parent.leftHeight = u8(height);
  parent.leftEndKiB = endKiB;
  if (child) child.parent = parent;
}

export function hangRight(parent: Cte, child: Cte | null, height: u32, endKiB: u32): void {
  parent.right = child;
  parent.rightHeight = u8(height);
  parent.rightEndKiB = endKiB;
  if (child) child.parent = parent;
}

/** Rotates `top` to the left; returns its former right child, which is now above it. */
function rotateLeft(top: Cte): Cte {
  const pivot = changetype<Cte>(top.right);
  replaceChild(top.parent, top, pivot);
  hangRight(top, pivot.left, pivot.leftHeight, pivot.leftEndKiB);
  hangLeft(pivot, top, heightOf(top), endOf(top));
  return pivot;
}

/** Rotates `top` to the right; returns its former left child, which is now above it. */
function rotateRight(top: Cte): Cte {
  const pivot = changetype<Cte>(top.left);
  replaceChild(top.parent, top, pivot);
  hangLeft(top, pivot.right, pivot.rightHeight, pivot.rightEndKiB);
  hangRight(pivot, top, heightOf(top), endOf(top));
  return pivot;
}

/** Is the left subtree of a node too high? */
function leansLeft(node: Cte): bool {
  return u32(node.leftHeight) > u32(node.rightHeight) + 1;
}

function leansRight(node: Cte): bool {
  return u32(node.rightHeight) > u32(node.leftHeight) + 1;
}

/** Lowers the left subtree of a node, which is too high by one; returns the subtree's new top. */
function lowerLeft(node: Cte): Cte {
  const child = changetype<Cte>(node.left);
  if (child.leftHeight < child.rightHeight) hangLeft(node, rotateLeft(child), node.leftHeight, node.leftEndKiB);
  return rotateRight(node);
}

function lowerRight(node: Cte): Cte {
  const child = changetype<Cte>(node.right);
  if (child.rightHeight < child.leftHeight) hangRight(node, rotateRight(child), node.rightHeight, node.rightEndKiB);
  return rotateLeft(node);
}

/** Balances a node whose subtrees are balanced and differ in height by at most two; returns the subtree's new top. */
function rebalance(node: Cte): Cte {
  if (leansLeft(node)) return lowerLeft(node);
  return leansRight(node) ? lowerRight(node) : node;
}

/** Rebalances from a changed node upwards. Stops below a parent whose stored height and end are right already. */
export function retrace(from: Cte | null): void {
  let node = from;
  while (node) {
    const top = rebalance(node);
    const parent = top.parent;
    if (!parent) return;
    const height = heightOf(top);
    const end = endOf(top);
    if (parent.left === top) {
      if (parent.leftHeight == height && parent.leftEndKiB == end) return;
      parent.leftHeight = u8(height);
      parent.leftEndKiB = end;
    } else {
      if (parent.rightHeight == height && parent.rightEndKiB == end) return;
      parent.rightHeight = u8(height);
      parent.rightEndKiB = end;
    }
    node = parent;
  }
}

/**
 * Inserts a filled slot, which must not be in the database. `near` is a slot that is probably its neighbour in the
 * order, such as the source of a copy or the object before it in one region. If it is, the insertion needs no descent.
 */
export function mdbInsert(node: Cte, near: Cte | null = null): void {
  if (near === null || !attachBeside(node, near)) insertFromRoot(node);
}

/** Inserts a slot by all keys of the order. */
function insertFromRoot(node: Cte): void {
  let parent: Cte | null = null;
  let before: bool = false;
  let at = mdbRoot();
  while (at) {
    parent = at;
    before = isBefore(node, at);
    at = before ? at.left : at.right;
  }
  attach(node, parent, before);
}

/** Inserts a slot right after or right before `near`. Returns false, and changes nothing, if its place is elsewhere. */
function attachBeside(node: Cte, near: Cte): bool {
  const isBehind = isBefore(near, node);
  const previous = isBehind ? near : mdbPredecessor(near);
  const next = isBehind ? mdbSuccessor(near) : near;
  const other = isBehind ? next : previous;
  const isBetween = other === null || isBefore(node, other) == isBehind;
  if (!isBetween) return false;
  // Of two neighbours in the order, the earlier has no right child or the later has no left child.
  if (previous !== null && previous.right === null) attach(node, previous, false);
  else attach(node, next, true);
  return true;
}

/** Makes `node` a leaf below `parent`. The tree fields of `node` are zero, as in every slot outside the database. */
function attach(node: Cte, parent: Cte | null, before: bool): void {
  node.parent = parent;
  if (!parent) setRoot(node);
  else if (before) parent.left = node;
  else parent.right = node;
  raise(node);
  kernel.mdbCount++;
}

/**
 * Updates heights and ends above a new leaf, and rebalances. An insertion can only raise them, so this takes less than
 * `retrace`: a subtree grows by one until one that was lower than its sibling takes it up, or a rotation does.
 */
function raise(leaf: Cte): void {
  const end = leaf.endKiB;
  let grows = true;
  let child = leaf;
  let parent = leaf.parent;
  while (parent) {
    let top = parent;
    if (top.left === child) {
      if (top.leftEndKiB < end) top.leftEndKiB = end;
      else if (!grows) return;
      if (grows) {
        grows = ++top.leftHeight > top.rightHeight;
        if (leansLeft(top)) {
          top = lowerLeft(top);
          grows = false;
        }
      }
    } else {
      if (top.rightEndKiB < end) top.rightEndKiB = end;
      else if (!grows) return;
      if (grows) {
        grows = ++top.rightHeight > top.leftHeight;
        if (leansRight(top)) {
          top = lowerRight(top);
          grows = false;
        }
      }
    }
    child = top;
    parent = top.parent;
  }
}

/** Removes a slot from the database. The caller must clear the slot, because its tree fields stay as they are. */
export function mdbRemove(node: Cte): void {
  dropFinger(node);
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
    // The heir replaces the removed node. Its ancestors may change even if nothing below it did.
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

/** The slot after `node` in the order, or null. */
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

/** The slot before `node` in the order, or null. */
export function mdbPredecessor(node: Cte): Cte | null {
  const left = node.left;
  return left ? rightmost(left) : parentOnTheLeft(node);
}

/** The last region of a subtree that ends past `end` (in KiB). There must be one. */
function lastEndingAfterIn(top: Cte, end: u32): Cte {
  let node = top;
  while (node.rightEndKiB > end || node.endKiB <= end) {
    node = changetype<Cte>(node.rightEndKiB > end ? node.right : node.left);
  }
  return node;
}

/** The place that `mdbFindPlace` has found. */
export class Place {
  /** The slot before it in the order, or null. */
  static last: Cte | null = changetype<Cte | null>(0);
  /** The parent of a leaf at that place, or null if the database is empty. */
  static parent: Cte | null = changetype<Cte | null>(0);
}

/**
 * Finds the place behind all slots whose first key is less than `end`, and sets `Place`. A slot that starts in the page of
 * `start` KiB, or shortly before it, makes the search short.
 */
export function mdbFindPlace(start: u32, end: u32): void {
  const finger = fingerBefore(start, end);
  if (finger === null || !findPlaceFrom(finger, end)) findPlaceFromRoot(end);
}

/** A longer finger search takes more time than a search from the root. */
const MAX_STEPS: u32 = 4;

/** Searches from a slot before the place. Returns false if the place is too far away. */
function findPlaceFrom(finger: Cte, key: u32): bool {
  let last = finger;
  for (let steps: u32 = 0; steps < MAX_STEPS; steps++) {
    const next = mdbSuccessor(last);
    if (next === null || next.key >= key) {
      Place.last = last;
      // Of two neighbours in the order, the earlier has no right child or the later has no left child.
      Place.parent = last.right === null ? last : next;
      return true;
    }
    last = next;
  }
  return false;
}

/** Like `mdbFindPlace`, but uses no finger. */
function findPlaceFromRoot(key: u32): void {
  let last: Cte | null = null;
  let parent: Cte | null = null;
  let next = mdbRoot();
  // Two loops take fewer instructions than one that chooses a side at each node.
  while (next) {
    let node = next;
    let left: Cte | null = node;
    while (left !== null && left.key >= key) {
      node = left;
      left = node.left;
    }
    next = left;
    while (next !== null && next.key < key) {
      node = next;
      last = node;
      next = node.right;
    }
    parent = node;
  }
  Place.last = last;
  Place.parent = parent;
}

/**
 * Inserts a slot at the place that `mdbFindPlace` has found, and makes it a finger. The tree must not have changed since,
 * and no slot before that place may have a greater first key. Slots with the same first key may come behind the new one,
 * as copies do; then the insertion needs a descent of its own.
 */
export function mdbInsertFound(node: Cte): void {
  const last = Place.last;
  if (last === null || isBefore(last, node)) attach(node, Place.parent, last !== Place.parent);
  else insertFromRoot(node);
  setFinger(node);
}

/**
 * The last region in the order that starts before `end` and ends past `start` (both in KiB), or null.
 *
 * Where the descent turns right, the node and its left subtree start before `end`. The last such node that ends past
 * `start`, or has such a region in its left subtree, leads to the result.
 */
export function mdbLastReaching(start: u32, end: u32): Cte | null {
  let knowing: Cte | null = null;
  let node = mdbRoot();
  while (node) {
    if (node.key < end) {
      if (node.endKiB > start || node.leftEndKiB > start) knowing = node;
      node = node.right;
    } else {
      node = node.left;
    }
  }
  if (knowing === null || knowing.endKiB > start) return knowing;
  return lastEndingAfterIn(changetype<Cte>(knowing.left), start);
}

/** The nearest ancestor of `node` in the tree that comes before it in the order, or null. */
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
 * Does a region that comes before all copies of `object` end past `end` KiB? The search starts at the root, and ends near
 * it where one region covers many others.
 */
export function mdbAnyBeforeEndsAfter(object: Cte, end: u32): bool {
  let node = mdbRoot();
  while (node) {
    if (objectIsBefore(node, object)) {
      if (node.endKiB > end || node.leftEndKiB > end) return true;
      node = node.right;
    } else {
      node = node.left;
    }
  }
  return false;
}

/** The innermost region that contains the byte at `address`, or null. */
export function mdbFindForAddress(address: u64): Cte | null {
  const kib = inKiB(address);
  return mdbLastReaching(kib, kib + 1);
}
