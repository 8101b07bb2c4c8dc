/**
 * The invariants of an address space's ranges. They hold after each operation; tests check them.
 *
 *     1 tiling    the ranges lie end to end, from the first to the end of user space
 *     2 links     the links of neighbours agree
 *     3 joined    no two neighbours are of a kind that should be one range
 *     4 ordered   the tree holds the ranges of the list, in the same order
 *     5 heap      no range has a higher priority than the one above it
 *     6 largest   each range holds the size of the largest free range in its subtree
 *     7 chunks    a mapped range has chunks for all of its pages, any other has none
 *     8 counted   the counts of ranges and mapped pages are right
 */
import { RangeState } from "../layout/paging-layout";
import { chunkPages } from "../mapping/chunks";
import { Range } from "./range";
import { PagingState, USER_SPACE_END } from "./state";

/** State of the walk over the tree: the next range that the list has, and the first broken invariant. */
class Walk {
  static expected: Range | null = null;
  static broken: u32 = 0;

  /** Records a broken invariant if it is the first. */
  static note(invariant: u32): void {
    if (Walk.broken == 0 || invariant < Walk.broken) Walk.broken = invariant;
  }
}

/** Walks a subtree in order; returns the largest free range in it. */
function checkTree(range: Range | null, priority: u32): u32 {
  if (!range) return 0;
  const own = range.priority;
  if (own > priority) Walk.note(5);
  const left = checkTree(range.left, own);
  if (Walk.expected !== range) Walk.note(4);
  else Walk.expected = range.next;
  const right = checkTree(range.right, own);
  const largest = max(range.freePages, max(left, right));
  if (range.maxFree != largest) Walk.note(6);
  return largest;
}

function checkNeighbours(range: Range): u32 {
  const next = range.next;
  if (!next) return range.end == USER_SPACE_END ? 0 : 1;
  if (next.base != range.end) return 1;
  if (next.previous !== range) return 2;
  const sameKind = next.state == range.state && next.claim == range.claim;
  return sameKind && range.state != RangeState.Mapped ? 3 : 0;
}

/** The number of the first invariant that is broken; 0 if all hold. */
export function pagingCheckInvariants(st: PagingState): u32 {
  let ranges: u32 = 0;
  let mapped: u32 = 0;
  let range = st.first;
  while (range) {
    const broken = checkNeighbours(range);
    if (broken != 0) return broken;
    const pages = chunkPages(range);
    if (pages != (range.state == RangeState.Mapped ? range.pages : 0)) return 7;
    ranges++;
    mapped += pages;
    range = range.next;
  }
  Walk.expected = st.first;
  Walk.broken = 0;
  checkTree(st.ranges, U32.MAX_VALUE);
  if (Walk.expected !== null) Walk.note(4);
  if (Walk.broken != 0) return Walk.broken;
  return ranges == st.rangeCount && mapped == st.mappedPages ? 0 : 8;
}
