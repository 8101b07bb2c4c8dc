/**
 * The ranges of an address space. Every page of it lies in exactly one range, which is free, claimed or mapped.
 *
 *      0      4       8       12      16         20     24     28      32        36       40
 *     +------+-------+-------+-------+----------+------+------+-------+---------+--------+
 *     | base | pages | state | claim | previous | next | left | right | maxFree | chunks |
 *     +------+-------+-------+-------+----------+------+------+-------+---------+--------+
 *
 * A list holds the ranges in address order, for merging. A tree holds them for searching. The tree is a treap: it is
 * ordered by base, and it is a heap by a hash of the base that replaces a random priority. `maxFree` is the size of the
 * largest free range in the subtree, so a search finds the lowest free range that is large enough without looking at
 * the others. Finding, adding and removing take O(log n) expected time.
 *
 * Two neighbours that are both free, or that are both unmapped parts of the same claim, are always merged into one
 * range.
 */
import { BASE_PAGE_BITS } from "../../kpi/types";
import { RangeLayout, RangeState } from "../layout/paging-layout";

@unmanaged
export class Range {
  base: u32;
  pages: u32;
  /** A `RangeState`. */
  state: u32;
  /**
   * Number of the claim that the range belongs to; 0 if none. When a mapping inside a claim is undone, its pages return
   * to the claim.
   */
  claim: u32;
  previous: Range | null;
  next: Range | null;
  left: Range | null;
  right: Range | null;
  maxFree: u32;
  /** The first `Chunk` of a mapped range. */
  chunks: usize;

  get end(): u32 {
    return this.base + (this.pages << BASE_PAGE_BITS);
  }

  /** Number of free pages in this range. */
  get freePages(): u32 {
    return this.state == RangeState.Free ? this.pages : 0;
  }

  /** A hash of the base. Of two ranges, the one with the higher priority is higher in the tree. */
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

/** Recomputes the fields of a range that depend on its subtree. */
function refresh(range: Range): void {
  range.maxFree = max(range.freePages, max(maxFreeOf(range.left), maxFreeOf(range.right)));
}

/** Rotates `top` and its left child. Returns the child, which is now the top. */
function rotateRight(top: Range): Range {
  const pivot = changetype<Range>(top.left);
  top.left = pivot.right;
  pivot.right = top;
  refresh(top);
  refresh(pivot);
  return pivot;
}

/** Rotates `top` and its right child. Returns the child, which is now the top. */
function rotateLeft(top: Range): Range {
  const pivot = changetype<Range>(top.right);
  top.right = pivot.left;
  pivot.left = top;
  refresh(top);
  refresh(pivot);
  return pivot;
}

/** Adds a range to a subtree. Returns the new top. */
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

/** Joins two trees. All ranges of `left` must come before all ranges of `right`. */
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

/** Removes a range from a subtree. Returns the new top. */
export function rangeRemove(top: Range, range: Range): Range | null {
  if (top === range) return join(top.left, top.right);
  if (range.base < top.base) top.left = rangeRemove(changetype<Range>(top.left), range);
  else top.right = rangeRemove(changetype<Range>(top.right), range);
  refresh(top);
  return top;
}

/**
 * Updates the ranges above `range` after its state or size has changed. Its place in the order must be the same as
 * before.
 */
export function rangeChanged(top: Range, range: Range): void {
  if (top !== range) rangeChanged(changetype<Range>(range.base < top.base ? top.left : top.right), range);
  refresh(top);
}

/** The range that contains an address; null if no range contains it. */
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
