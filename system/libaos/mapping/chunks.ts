/**
 * The mapped ranges of an address space. A mapped range has a chunk for each L2 table that it touches:
 *
 *      0      8         16     20      24     28      32
 *     +------+---------+------+-------+------+-------+
 *     | copy | mapping | base | pages | next | flags |
 *     +------+---------+------+-------+------+-------+
 *
 * A capability can be mapped only once, so each chunk maps its own copy of the frame capability. Therefore one frame
 * can be mapped in many places, and deleting the capability that the caller passed unmaps nothing.
 */
import {
  LIB_ERR_CAP_COPY,
  LIB_ERR_SLOT_ALLOC,
  LIB_ERR_VNODE_MAP,
  LIB_ERR_WHILE_FREEING_SLOT,
  SYS_ERR_OK,
} from "../../kpi/errno";
import { errIsFail, errPush, errval_t } from "../../kpi/errval";
import { ARM_L2_ENTRIES, BASE_PAGE_BITS, lvaddr_t } from "../../kpi/types";
import { capDeleteIfAny, capDestroyIfAny } from "../cap-destroy";
import { capCopy } from "../capabilities";
import { capref } from "../capref";
import { ChunkLayout, RangeState } from "../layout/paging-layout";
import { Out } from "../out";
import { Range } from "../paging/range";
import { PAGING_BLOCK_SIZE, PagingState, releaseRange } from "../paging/state";
import { PAGING_BLOCK_RESERVE } from "../reserves";
import { slabAlloc, slabAllocError, slabEnsure, slabFree } from "../slab";
import { slotAllocatorAlloc } from "../slot/allocator";
import { slotFree } from "../slot/root";
import { vnodeMap } from "../vnode";
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
export function unmapChunks(st: PagingState, range: Range): errval_t {
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
export function mapRange(st: PagingState, range: Range, frame: capref, flags: u32): errval_t {
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
