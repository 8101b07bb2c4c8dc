/**
 * The state of an address space: its L1 table, its slot allocator, its ranges, its L2 tables, and the slab allocator
 * with the records of these.
 *
 *      0      8       12       16      20            24            28             32           36           40
 *     +------+-------+--------+-------+-------------+-------------+--------------+------------+------------+
 *     | pdir | slots | ranges | first | dynamicBase | mappedPages | mappedRanges | tableCount | rangeCount |
 *     +------+-------+--------+-------+-------------+-------------+--------------+------------+------------+
 *     40           44      92  96                                           32864
 *     +------------+-------+---+--------------------------------------------+
 *     | claimCount | slabs | - | tables: 2048 x { cap: u64, mapping: u64 }  |
 *     +------------+-------+---+--------------------------------------------+
 *
 * A range is free, claimed or mapped. Only `claimPages`, `claimPagesAt` and `releaseRange` change a range between free
 * and the other states. So the tree, the list and the counts change only in this file.
 */
import { LIB_ERR_OUT_OF_VIRTUAL_ADDR, LIB_ERR_PMAP_ADDR_NOT_FREE, SYS_ERR_OK } from "../../kpi/errno";
import { errval_t } from "../../kpi/errval";
import { ARM_L1_USER_ENTRIES, BASE_PAGE_BITS, BYTES_PER_SECTION, lvaddr_t } from "../../kpi/types";
import { capref } from "../capref";
import { faultDue } from "../faults";
import { roundUpToPages } from "../frame";
import { FaultKind } from "../layout/fault-kind";
import { PageTableLayout, PagingStateLayout, RangeLayout, RangeState } from "../layout/paging-layout";
import { Slabs, slabAlloc, slabAllocError, slabFree } from "../slab";
import { SlotAllocator } from "../slot/allocator";
import { Range, rangeChanged, rangeFind, rangeFindFree, rangeInsert, rangeRemove } from "./range";

/** First address past the part of the address space that a program can map. */
export const USER_SPACE_END: u32 = 0x80000000;

/**
 * The record of the L2 table for one MiB: its capability and its mapping capability; both are 0 if there is no table.
 */
@unmanaged
export class PageTable {
  /** The L2 table, the first argument of `vnodeMap` for its pages. */
  cap: capref;
  /** The mapping capability of the L1 entry that refers to the table. */
  mapping: capref;
}

/**
 * An address space. A mapping function needs `pdir`, `table(index)` and, for records of its own, `slabs`. The other
 * fields belong to the library.
 */
@unmanaged
export class PagingState {
  /** The L1 page table. */
  pdir: capref;
  slots: SlotAllocator;
  ranges: Range | null;
  // The range with the lowest address.
  first: Range | null;
  // The search for a free range starts here. Lower addresses are used only if there is no room above.
  dynamicBase: u32;
  mappedPages: u32;
  mappedRanges: u32;
  tableCount: u32;
  rangeCount: u32;
  // Number of claims made so far. It is also the number of the latest claim.
  claimCount: u32;

  /** The slab allocator for records of this address space. */
  get slabs(): Slabs {
    return changetype<Slabs>(changetype<usize>(this) + PagingStateLayout.SLABS);
  }
  /** The record of the L2 table for entry `index` of the L1 table, 0 to 2047: bits 20 to 31 of an address. */
  table(index: u32): PageTable {
    return changetype<PageTable>(changetype<usize>(this) + PagingStateLayout.TABLES + index * PageTableLayout.SIZE);
  }
}

if (offsetof<PagingState>("dynamicBase") != PagingStateLayout.DYNAMIC_BASE) ERROR("PagingState: dynamicBase");
if (offsetof<PagingState>("claimCount") != PagingStateLayout.CLAIM_COUNT) ERROR("PagingState: claimCount");
if (offsetof<PagingState>() != PagingStateLayout.SLABS) ERROR("PagingState: the slabs come next");
if (offsetof<PageTable>() != PageTableLayout.SIZE) ERROR("PageTable: size");
if (PagingStateLayout.TABLES + ARM_L1_USER_ENTRIES * PageTableLayout.SIZE != PagingStateLayout.SIZE)
  ERROR("PagingState: size");
if (USER_SPACE_END / BYTES_PER_SECTION != ARM_L1_USER_ENTRIES) ERROR("user space has an L1 entry for each MiB");

/** Number of pages for `bytes`; 0 if `bytes` is 0 or larger than user space. */
export function pagesFor(bytes: u64): u32 {
  return bytes > USER_SPACE_END ? 0 : u32(roundUpToPages(bytes) >> BASE_PAGE_BITS);
}

/** Size of the blocks for ranges. Chunks use the same blocks and are not larger. */
export const PAGING_BLOCK_SIZE: u32 = RangeLayout.SIZE;

/** Starts with one free range from `start` to the end of user space. Its record is a block of the slab allocator. */
export function rangesInit(st: PagingState, start: lvaddr_t): errval_t {
  const block = slabAlloc(st.slabs);
  if (block == 0) return slabAllocError();
  const range = changetype<Range>(block);
  range.base = start;
  range.pages = (USER_SPACE_END - start) >>> BASE_PAGE_BITS;
  range.state = RangeState.Free;
  st.first = range;
  st.ranges = rangeInsert(null, range);
  st.rangeCount = 1;
  return SYS_ERR_OK;
}

/**
 * Splits `range` in front of its page number `page`. Returns the range that starts there, or null if there is no block.
 */
function splitAt(st: PagingState, range: Range, page: u32): Range | null {
  if (page == 0) return range;
  const block = slabAlloc(st.slabs);
  if (block == 0) return null;
  const upper = changetype<Range>(block);
  const next = range.next;
  upper.base = range.base + (page << BASE_PAGE_BITS);
  upper.pages = range.pages - page;
  upper.state = range.state;
  upper.claim = range.claim;
  upper.previous = range;
  upper.next = next;
  if (next) next.previous = upper;
  range.next = upper;
  range.pages = page;
  rangeChanged(changetype<Range>(st.ranges), range);
  st.ranges = rangeInsert(st.ranges, upper);
  st.rangeCount++;
  return upper;
}

/** Should two neighbours be merged into one range? */
function sameKind(a: Range, b: Range): bool {
  return a.state == b.state && a.state != RangeState.Mapped && a.claim == b.claim;
}

/** Merges `lower` with the next range if they are of the same kind. */
function mergeWithNext(st: PagingState, lower: Range): void {
  const upper = lower.next;
  if (!upper || !sameKind(lower, upper)) return;
  st.ranges = rangeRemove(changetype<Range>(st.ranges), upper);
  const next = upper.next;
  lower.next = next;
  if (next) next.previous = lower;
  lower.pages += upper.pages;
  rangeChanged(changetype<Range>(st.ranges), lower);
  slabFree(st.slabs, changetype<usize>(upper));
  st.rangeCount--;
}

function mergeAround(st: PagingState, range: Range): void {
  mergeWithNext(st, range);
  const previous = range.previous;
  if (previous) mergeWithNext(st, previous);
}

/**
 * Cuts [base, base + pages) out of `range`, which contains it, and claims it. It allocates up to two blocks and nothing
 * else, so no other operation can run in between. If there is no block, it returns null and changes nothing.
 */
function cutOut(st: PagingState, range: Range, base: lvaddr_t, pages: u32): Range | null {
  const cut = splitAt(st, range, (base - range.base) >>> BASE_PAGE_BITS);
  if (!cut) return null;
  if (cut.pages > pages && !splitAt(st, cut, pages)) {
    mergeAround(st, cut);
    return null;
  }
  cut.state = RangeState.Claimed;
  rangeChanged(changetype<Range>(st.ranges), cut);
  return cut;
}

/** The range that a function of this file found or made. */
export class Found {
  static range: Range | null = null;
}

/** Claims `pages` free pages at any address. -> Found.range */
export function claimPages(st: PagingState, pages: u32): errval_t {
  if (faultDue(FaultKind.ADDRESS)) return LIB_ERR_OUT_OF_VIRTUAL_ADDR;
  let from = st.dynamicBase;
  let free = rangeFindFree(st.ranges, pages, from);
  if (!free) {
    from = 0;
    free = rangeFindFree(st.ranges, pages, from);
    if (!free) return LIB_ERR_OUT_OF_VIRTUAL_ADDR;
  }
  Found.range = cutOut(st, free, max(free.base, from), pages);
  return Found.range === null ? slabAllocError() : SYS_ERR_OK;
}

/** Gives a claimed range a claim number of its own. The numbers keep two claims apart that lie side by side. */
export function beginClaim(st: PagingState, range: Range): void {
  range.claim = ++st.claimCount;
}

/**
 * Claims certain pages, which must be free or inside a claim. If any of them is mapped, the error is
 * `LIB_ERR_PMAP_ADDR_NOT_FREE`. -> Found.range
 */
export function claimPagesAt(st: PagingState, base: lvaddr_t, pages: u32): errval_t {
  const range = rangeFind(st.ranges, base);
  if (!range || range.state == RangeState.Mapped) return LIB_ERR_PMAP_ADDR_NOT_FREE;
  // Pages inside a claim were requested when they were claimed.
  if (range.state == RangeState.Free && faultDue(FaultKind.ADDRESS)) return LIB_ERR_OUT_OF_VIRTUAL_ADDR;
  if (pages > (range.end - base) >>> BASE_PAGE_BITS) return LIB_ERR_PMAP_ADDR_NOT_FREE;
  Found.range = cutOut(st, range, base, pages);
  return Found.range === null ? slabAllocError() : SYS_ERR_OK;
}

/** Returns the pages of a range to the claim that they belong to, or makes them free if there is none. */
export function releaseRange(st: PagingState, range: Range): void {
  range.state = range.claim != 0 ? RangeState.Claimed : RangeState.Free;
  rangeChanged(changetype<Range>(st.ranges), range);
  mergeAround(st, range);
}

/** Makes the pages free that `claimPages` claimed at `base`, unless they are free or mapped by now. */
export function unclaimPages(st: PagingState, base: lvaddr_t): void {
  const range = rangeFind(st.ranges, base);
  if (range && range.state == RangeState.Claimed && range.claim == 0) releaseRange(st, range);
}
