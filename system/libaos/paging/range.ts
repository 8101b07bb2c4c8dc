/**
 * The ranges of an address space: every page of it lies in exactly one range, which is free, claimed, or mapped.
 *
 *      0      4       8       12      16         20     24     28      32        36       40
 *     +------+-------+-------+-------+----------+------+------+-------+---------+--------+
 *     | base | pages | state | claim | previous | next | left | right | maxFree | chunks |
 *     +------+-------+-------+-------+----------+------+------+-------+---------+--------+
 *
 * Ranges are in a list in the order of addresses, for merging, and in a tree for finding: a treap, ordered by base,
 * heap-ordered by a hash of the base that stands in for a random priority. `maxFree` is the largest free range of the
 * subtree, so the lowest free range that is large enough is found without looking at the others. Finding, adding and
 * removing take O(log n) expected.
 *
 * Two neighbours that are both free, or both left over of one claim, are always one range.
 */
import { BASE_PAGE_BITS } from "../../kpi/types";
import { RangeLayout, RangeState } from "../layout/paging-layout";

@unmanaged
export class Range {
  base: u32;
  pages: u32;
  /** `RangeState`. */
  state: u32;
  /** Number of the claim that the range is a part of; 0 for none. A mapping inside a claim returns to it. */
  claim: u32;
  previous: Range | null;
  next: Range | null;
  left: Range | null;
  right: Range | null;
  maxFree: u32;
  /** Mapped: the first `Chunk`. */
  chunks: usize;

  get end(): u32 {
    return this.base + (this.pages << BASE_PAGE_BITS);
  }

  /** Pages that can be had here. */
  get freePages(): u32 {
    return this.state == RangeState.Free ? this.pages : 0;
  }

  /** Random, but always the same: which of two ranges stands higher in the tree. */
  get priority(): u32 {
    let hash = this.base >>> BASE_PAGE_BITS;
    hash = (hash ^ (hash >>> 16)) * 0x7feb352d;
    hash = (hash ^ (hash >>> 15)) * 0x846ca68b;
    return hash ^ (hash >>> 16);
  }
}

if (offsetof<Range>("previous") != RangeLayout.PREVIOUS) ERROR("Range: previous");
if (offsetof<Range>("maxFree") != RangeLayout.MAX_FREE) ERROR("Range: maxFree");
if (offsetof<Range>() != RangeLayout.SIZE) ERROR("Range: size");

function maxFreeOf(range: Range | null): u32 {
  return range ? range.maxFree : 0;
}

/** Recomputes what a range knows of its subtree. */
function refresh(range: Range): void {
  range.maxFree = max(range.freePages, max(maxFreeOf(range.left), maxFreeOf(range.right)));
}

/** Turns `top` and its left child; returns the child, which is now above. */
function rotateRight(top: Range): Range {
  const pivot = changetype<Range>(top.left);
  top.left = pivot.right;
  pivot.right = top;
  refresh(top);
  refresh(pivot);
  return pivot;
}

/** Turns `top` and its right child; returns the child, which is now above. */
function rotateLeft(top: Range): Range {
  const pivot = changetype<Range>(top.right);
  top.right = pivot.left;
  pivot.left = top;
  refresh(top);
  refresh(pivot);
  return pivot;
}

/** Adds a range to a subtree; returns its new top. */
export function rangeInsert(top: Range | null, range: Range): Range {
  if (!top) {
    range.left = null;
    range.right = null;
    range.maxFree = range.freePages;
    return range;
  }
  if (range.base < top.base) {
    const left = rangeInsert(top.left, range);
    top.left = left;
    if (left.priority > top.priority) return rotateRight(top);
  } else {
    const right = rangeInsert(top.right, range);
    top.right = right;
    if (right.priority > top.priority) return rotateLeft(top);
  }
  refresh(top);
  return top;
}

/** Makes one tree of two, all of whose ranges are left and right of each other. */
function join(left: Range | null, right: Range | null): Range | null {
  if (!left) return right;
  if (!right) return left;
  if (left.priority > right.priority) {
    left.right = join(left.right, right);
    refresh(left);
    return left;
  }
  right.left = join(left, right.left);
  refresh(right);
  return right;
}

/** Takes a range out of a subtree; returns its new top. */
export function rangeRemove(top: Range, range: Range): Range | null {
  if (top === range) return join(top.left, top.right);
  if (range.base < top.base) top.left = rangeRemove(changetype<Range>(top.left), range);
  else top.right = rangeRemove(changetype<Range>(top.right), range);
  refresh(top);
  return top;
}

/** Tells the ranges above one that its state or size has changed; its place in the order has not. */
export function rangeChanged(top: Range, range: Range): void {
  if (top !== range) rangeChanged(changetype<Range>(range.base < top.base ? top.left : top.right), range);
  refresh(top);
}

/** The range around an address; null if the address is outside of all. */
export function rangeFind(top: Range | null, address: u32): Range | null {
  let range = top;
  while (range) {
    if (address < range.base) range = range.left;
    else if (address - range.base < range.pages << BASE_PAGE_BITS) return range;
    else range = range.right;
  }
  return null;
}

/** The lowest free range with `pages` pages at or above `from`; null if there is none. */
export function rangeFindFree(top: Range | null, pages: u32, from: u32): Range | null {
  if (!top || top.maxFree < pages) return null;
  if (top.base > from) {
    const lower = rangeFindFree(top.left, pages, from);
    if (lower) return lower;
  }
  if (top.state == RangeState.Free && top.end > from) {
    const start = max(top.base, from);
    if ((top.end - start) >>> BASE_PAGE_BITS >= pages) return top;
  }
  return rangeFindFree(top.right, pages, from);
}
