/**
 * Maps and unmaps frames. A mapping is a range of pages with a chunk for each L2 table that it touches:
 *
 *      0      8         16     20      24     28      32
 *     +------+---------+------+-------+------+-------+
 *     | copy | mapping | base | pages | next | flags |
 *     +------+---------+------+-------+------+-------+
 *
 * A capability can be mapped only once, so each chunk maps its own copy of the frame capability. Therefore one frame
 * can be mapped in many places, and deleting the capability that the caller passed unmaps nothing.
 *
 * The order of the steps makes this code safe to re-enter. It claims the pages before it allocates anything, and it
 * uses nothing that it looked up before an allocation. A failure undoes the chunks made so far and gives the pages
 * back.
 */
import {
  LIB_ERR_CAP_COPY,
  LIB_ERR_PMAP_FRAME_IDENTIFY,
  LIB_ERR_PMAP_FRAME_SIZE,
  LIB_ERR_PMAP_NOT_MAPPED,
  LIB_ERR_SLOT_ALLOC,
  LIB_ERR_VNODE_MAP,
  LIB_ERR_VREGION_BAD_ALIGNMENT,
  LIB_ERR_VREGION_MAP_FIXED,
  LIB_ERR_WHILE_FREEING_SLOT,
  SYS_ERR_INVARGS_SYSCALL,
  SYS_ERR_OK,
} from "../../kpi/errno";
import { errIsFail, errPush, errval_t } from "../../kpi/errval";
import { ARM_L2_ENTRIES, BASE_PAGE_BITS, BASE_PAGE_MASK, lvaddr_t, VRegionFlags } from "../../kpi/types";
import { capDeleteIfAny, capDestroyIfAny } from "../cap-destroy";
import { capCopy } from "../capabilities";
import { capref } from "../capref";
import { frameIdentify, roundUpToPages } from "../frame";
import { ChunkLayout, RangeState } from "../layout/paging-layout";
import { Out } from "../out";
import { PAGING_BLOCK_RESERVE } from "../reserves";
import { slabAlloc, slabAllocError, slabEnsure, slabFree } from "../slab";
import { slotAllocatorAlloc } from "../slot/allocator";
import { slotFree } from "../slot/root";
import { vnodeMap } from "../vnode";
import { Range, rangeFind } from "./range";
import {
  beginClaim,
  claimPages,
  claimPagesAt,
  Found,
  PAGING_BLOCK_SIZE,
  PagingState,
  releaseRange,
  USER_SPACE_END,
} from "./state";
import { pagingTable } from "./table";

const SECTION_BITS: u32 = 20;

@unmanaged
class Chunk {
  copy: capref;
  mapping: capref;
  base: u32;
  pages: u32;
  next: usize;
  /** The `VRegionFlags` of the mapping that the CPU driver knows. */
  flags: u32;
}

if (offsetof<Chunk>("flags") != ChunkLayout.FLAGS) ERROR("Chunk: flags");
if (offsetof<Chunk>("next") != ChunkLayout.NEXT) ERROR("Chunk: next");
if (offsetof<Chunk>() > PAGING_BLOCK_SIZE) ERROR("a chunk fits a paging block");

/** Number of pages for `bytes`; 0 if `bytes` is 0 or larger than user space. */
function pagesFor(bytes: u64): u32 {
  return bytes > USER_SPACE_END ? 0 : u32(roundUpToPages(bytes) >> BASE_PAGE_BITS);
}

/** Makes a copy of `frame` and allocates a slot for its mapping. -> `chunk.copy`, `chunk.mapping` */
function chunkAllocCaps(st: PagingState, chunk: Chunk, frame: capref): errval_t {
  let err = slotAllocatorAlloc(st.slots);
  if (errIsFail(err)) return errPush(err, LIB_ERR_SLOT_ALLOC);
  const copy = Out.cap;
  err = slotAllocatorAlloc(st.slots);
  if (errIsFail(err)) {
    slotFree(copy);
    return errPush(err, LIB_ERR_SLOT_ALLOC);
  }
  const mapping = Out.cap;
  err = capCopy(copy, frame);
  if (errIsFail(err)) {
    slotFree(mapping);
    slotFree(copy);
    return errPush(err, LIB_ERR_CAP_COPY);
  }
  chunk.copy = copy;
  chunk.mapping = mapping;
  return SYS_ERR_OK;
}

/** Writes the page-table entries of a chunk whose capabilities exist. */
function mapEntries(st: PagingState, range: Range, chunk: Chunk): errval_t {
  const err = pagingTable(st, chunk.base >>> SECTION_BITS);
  if (errIsFail(err)) return err;
  const entry = (chunk.base >>> BASE_PAGE_BITS) & (ARM_L2_ENTRIES - 1);
  const offset = chunk.base - range.base;
  const mapped = vnodeMap(Out.cap, chunk.copy, entry, chunk.flags, offset, chunk.pages, chunk.mapping);
  return errIsFail(mapped) ? errPush(mapped, LIB_ERR_VNODE_MAP) : SYS_ERR_OK;
}

/** Maps the part of a range that lies in one L2 table. */
function mapChunk(st: PagingState, range: Range, va: lvaddr_t, pages: u32, frame: capref, flags: u32): errval_t {
  slabEnsure(st.slabs, PAGING_BLOCK_RESERVE);
  const block = slabAlloc(st.slabs);
  if (block == 0) return slabAllocError();
  const chunk = changetype<Chunk>(block);
  let err = chunkAllocCaps(st, chunk, frame);
  if (errIsFail(err)) {
    slabFree(st.slabs, block);
    return err;
  }
  chunk.base = va;
  chunk.pages = pages;
  chunk.flags = flags;
  err = mapEntries(st, range, chunk);
  if (errIsFail(err)) {
    slotFree(chunk.mapping);
    capDestroyIfAny(chunk.copy);
    slabFree(st.slabs, block);
    return err;
  }
  chunk.next = range.chunks;
  range.chunks = block;
  st.mappedPages += pages;
  return SYS_ERR_OK;
}

/** Maps the chunks before `end` again, with copies of the copy that `end` holds. */
function restoreChunks(st: PagingState, range: Range, end: usize): void {
  for (let block = range.chunks; block != end; block = changetype<Chunk>(block).next) {
    const chunk = changetype<Chunk>(block);
    if (errIsFail(capCopy(chunk.copy, changetype<Chunk>(end).copy))) return;
    if (errIsFail(mapEntries(st, range, chunk))) return;
  }
}

/**
 * Deletes the copies of the frame that a range's chunks map. This also deletes their mappings and clears the entries.
 * If one deletion fails, the chunks before it are mapped again.
 */
function deleteChunkCaps(st: PagingState, range: Range): errval_t {
  for (let block = range.chunks; block != 0; block = changetype<Chunk>(block).next) {
    const err = capDeleteIfAny(changetype<Chunk>(block).copy);
    if (!errIsFail(err)) continue;
    restoreChunks(st, range, block);
    return err;
  }
  return SYS_ERR_OK;
}

/** Undoes all chunks of a range. If a capability cannot be deleted, all chunks stay. */
function unmapChunks(st: PagingState, range: Range): errval_t {
  const err = deleteChunkCaps(st, range);
  if (errIsFail(err)) return err;
  let result: errval_t = SYS_ERR_OK;
  for (let block = range.chunks; block != 0; ) {
    const chunk = changetype<Chunk>(block);
    const next = chunk.next;
    const mapping = slotFree(chunk.mapping);
    const copy = slotFree(chunk.copy);
    if (!errIsFail(result)) result = errIsFail(mapping) ? mapping : copy;
    st.mappedPages -= chunk.pages;
    slabFree(st.slabs, block);
    block = next;
  }
  range.chunks = 0;
  return errIsFail(result) ? errPush(result, LIB_ERR_WHILE_FREEING_SLOT) : SYS_ERR_OK;
}

/** Number of pages that the chunks of a mapped range map. */
export function chunkPages(range: Range): u32 {
  let pages: u32 = 0;
  for (let block = range.chunks; block != 0; block = changetype<Chunk>(block).next) {
    pages += changetype<Chunk>(block).pages;
  }
  return pages;
}

/**
 * Forgets chunks whose capabilities cannot be deleted while another failure is undone. Their slots and blocks are lost.
 */
function forgetChunks(st: PagingState, range: Range): void {
  st.mappedPages -= chunkPages(range);
  range.chunks = 0;
}

/** Maps a claimed range to the first pages of `frame`. */
function mapRange(st: PagingState, range: Range, frame: capref, flags: u32): errval_t {
  range.state = RangeState.Mapped;
  range.chunks = 0;
  let va = range.base;
  for (let left = range.pages; left > 0; ) {
    const pages = min<u32>(left, ARM_L2_ENTRIES - ((va >>> BASE_PAGE_BITS) & (ARM_L2_ENTRIES - 1)));
    const err = mapChunk(st, range, va, pages, frame, flags);
    if (errIsFail(err)) {
      if (errIsFail(unmapChunks(st, range))) forgetChunks(st, range);
      releaseRange(st, range);
      return err;
    }
    va += pages << BASE_PAGE_BITS;
    left -= pages;
  }
  st.mappedRanges++;
  return SYS_ERR_OK;
}

/** Are all flags known, and does the frame have `pages` pages? */
function checkMap(frame: capref, pages: u32, flags: u32): errval_t {
  if ((flags & ~(VRegionFlags.LIBRARY_MASK | VRegionFlags.MPB)) != 0) return SYS_ERR_INVARGS_SYSCALL;
  if (pages == 0) return LIB_ERR_PMAP_FRAME_SIZE;
  if ((flags & VRegionFlags.GUARD) != 0) return SYS_ERR_OK;
  const err = frameIdentify(frame);
  if (errIsFail(err)) return errPush(err, LIB_ERR_PMAP_FRAME_IDENTIFY);
  return Out.bytes >> BASE_PAGE_BITS < pages ? LIB_ERR_PMAP_FRAME_SIZE : SYS_ERR_OK;
}

/** Maps the claimed `Found.range`. For a guard, it maps nothing and the pages stay claimed. -> Out.buffer */
function mapFound(st: PagingState, frame: capref, flags: u32): errval_t {
  const range = changetype<Range>(Found.range);
  const base = range.base;
  if ((flags & VRegionFlags.GUARD) != 0) {
    if (range.claim == 0) beginClaim(st, range);
    // A guard inside a claim becomes a part of that claim again, like the pages around it.
    releaseRange(st, range);
  } else {
    const err = mapRange(st, range, frame, flags & VRegionFlags.KERNEL_MASK);
    if (errIsFail(err)) return err;
  }
  Out.buffer = base;
  return SYS_ERR_OK;
}

/** Reserves `bytes` bytes of address space and maps nothing. -> Out.buffer */
export function pagingAlloc(st: PagingState, bytes: u64): errval_t {
  const pages = pagesFor(bytes);
  if (pages == 0) return LIB_ERR_PMAP_FRAME_SIZE;
  slabEnsure(st.slabs, PAGING_BLOCK_RESERVE);
  const err = claimPages(st, pages);
  if (errIsFail(err)) return err;
  const range = changetype<Range>(Found.range);
  beginClaim(st, range);
  Out.buffer = range.base;
  return SYS_ERR_OK;
}

/** Maps the first `bytes` bytes of a frame at an address that the function chooses. -> Out.buffer */
export function pagingMapFrameAttr(st: PagingState, bytes: u64, frame: capref, flags: u32): errval_t {
  const pages = pagesFor(bytes);
  let err = checkMap(frame, pages, flags);
  if (errIsFail(err)) return err;
  slabEnsure(st.slabs, PAGING_BLOCK_RESERVE);
  err = claimPages(st, pages);
  return errIsFail(err) ? err : mapFound(st, frame, flags);
}

/**
 * Maps the first `bytes` bytes of a frame at address `va`. `va` must be page-aligned, at least 0x2000000 (32 MiB) and
 * below the CPU driver's half. The pages must be free or claimed. -> Out.buffer
 */
export function pagingMapFixedAttr(st: PagingState, va: lvaddr_t, frame: capref, bytes: u64, flags: u32): errval_t {
  const pages = pagesFor(bytes);
  if ((va & BASE_PAGE_MASK) != 0) return LIB_ERR_VREGION_BAD_ALIGNMENT;
  let err = checkMap(frame, pages, flags);
  if (errIsFail(err)) return err;
  slabEnsure(st.slabs, PAGING_BLOCK_RESERVE);
  err = claimPagesAt(st, va, pages);
  return errIsFail(err) ? errPush(err, LIB_ERR_VREGION_MAP_FIXED) : mapFound(st, frame, flags);
}

/** `pagingMapFrameAttr` with read and write rights. -> Out.buffer */
export function pagingMapFrame(st: PagingState, bytes: u64, frame: capref): errval_t {
  return pagingMapFrameAttr(st, bytes, frame, VRegionFlags.READ_WRITE);
}

/** `pagingMapFixedAttr` with read and write rights. -> Out.buffer */
export function pagingMapFixed(st: PagingState, va: lvaddr_t, frame: capref, bytes: u64): errval_t {
  return pagingMapFixedAttr(st, va, frame, bytes, VRegionFlags.READ_WRITE);
}

/**
 * Undoes the mapping that starts at `va`. Its pages return to the claim that they lie in, or become free. If `va` is
 * the start of a claim, or of the remaining part of one, the claim is given up. Any other address is refused with
 * `LIB_ERR_PMAP_NOT_MAPPED`. If a capability cannot be deleted, the function returns that error and the mapping stays.
 */
export function pagingUnmap(st: PagingState, va: lvaddr_t): errval_t {
  const range = rangeFind(st.ranges, va);
  if (!range || range.base != va || range.state == RangeState.Free) return LIB_ERR_PMAP_NOT_MAPPED;
  if (range.state == RangeState.Claimed) {
    range.claim = 0;
    releaseRange(st, range);
    return SYS_ERR_OK;
  }
  const err = unmapChunks(st, range);
  // The chunks could not be undone, so the range stays mapped and the caller can try again.
  if (range.chunks != 0) return err;
  st.mappedRanges--;
  releaseRange(st, range);
  return err;
}
