/** Reserves address space, and maps frames at addresses that the library chooses. */
import { LIB_ERR_PMAP_FRAME_SIZE, SYS_ERR_OK } from "../../kpi/errno";
import { errIsFail, errval_t } from "../../kpi/errval";
import { lvaddr_t, VRegionFlags } from "../../kpi/types";
import { capref } from "../capref";
import { pagingMapFixedAttr } from "../mapping/map-fixed";
import { Out } from "../out";
import { PAGING_BLOCK_RESERVE } from "../reserves";
import { slabEnsure } from "../slab";
import { Range } from "./range";
import { beginClaim, claimPages, Found, PagingState, pagesFor, unclaimPages } from "./state";

/**
 * Reserves `bytes` bytes of address space and maps nothing. No later call reserves these addresses. The addresses start
 * at 0x40000000, so lower ones are free for callers that choose their own. -> Out.buffer
 *
 * @param bytes at least 1 and at most 2 GiB; rounded up to whole pages
 * @returns SYS_ERR_OK; `LIB_ERR_PMAP_FRAME_SIZE` for a size out of range; `LIB_ERR_OUT_OF_VIRTUAL_ADDR` if no range is
 * large enough; `LIB_ERR_SLAB_ALLOC_FAIL` if there is no memory for its record
 * @example
 * const err = pagingAlloc(st, 2 * BASE_PAGE_SIZE);
 * if (errIsFail(err)) return err;
 * const va: lvaddr_t = Out.buffer;
 */
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
  if (pages == 0) return LIB_ERR_PMAP_FRAME_SIZE;
  slabEnsure(st.slabs, PAGING_BLOCK_RESERVE);
  let err = claimPages(st, pages);
  if (errIsFail(err)) return err;
  const base = changetype<Range>(Found.range).base;
  err = pagingMapFixedAttr(st, base, frame, bytes, flags);
  if (errIsFail(err)) unclaimPages(st, base);
  else Out.buffer = base;
  return err;
}

/** `pagingMapFrameAttr` with read and write rights. -> Out.buffer */
export function pagingMapFrame(st: PagingState, bytes: u64, frame: capref): errval_t {
  return pagingMapFrameAttr(st, bytes, frame, VRegionFlags.READ_WRITE);
}

/** `pagingMapFixedAttr` with read and write rights. -> Out.buffer */
export function pagingMapFixed(st: PagingState, va: lvaddr_t, frame: capref, bytes: u64): errval_t {
  return pagingMapFixedAttr(st, va, frame, bytes, VRegionFlags.READ_WRITE);
}
