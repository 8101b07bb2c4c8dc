/**
 * A paging region: address space that is reserved in one step and handed out in pieces, the lowest addresses first. The
 * callers map memory in their pieces themselves (`pagingMapFixed`).
 */
import {
  LIB_ERR_VREGION_NOT_FOUND,
  LIB_ERR_VSPACE_MMU_AWARE_INIT,
  LIB_ERR_VSPACE_MMU_AWARE_NO_SPACE,
  SYS_ERR_OK,
} from "../../kpi/errno";
import { errIsFail, errPush, errval_t } from "../../kpi/errval";
import { lvaddr_t } from "../../kpi/types";
import { roundUpToPages } from "../frame";
import { Out } from "../out";
import { pagingAlloc } from "./map";
import { PagingState } from "./state";

@unmanaged
export class PagingRegion {
  base: lvaddr_t;
  /** Start of the next piece. */
  current: lvaddr_t;
  bytes: u32;
}

export const PAGING_REGION_SIZE = 12;
if (offsetof<PagingRegion>() != PAGING_REGION_SIZE) ERROR("PagingRegion: size");

/** Reserves `bytes` bytes of address space for a region. */
export function pagingRegionInit(st: PagingState, region: PagingRegion, bytes: u64): errval_t {
  const err = pagingAlloc(st, bytes);
  if (errIsFail(err)) return errPush(err, LIB_ERR_VSPACE_MMU_AWARE_INIT);
  region.base = Out.buffer;
  region.current = Out.buffer;
  region.bytes = u32(roundUpToPages(bytes));
  return SYS_ERR_OK;
}

/**
 * Hands out the next piece, of `bytes` bytes rounded up to pages. If less is left, the piece is smaller, so the caller
 * must compare the sizes. If nothing is left, the error is `LIB_ERR_VSPACE_MMU_AWARE_NO_SPACE`.
 * -> Out.buffer, Out.bytes
 */
export function pagingRegionMap(region: PagingRegion, bytes: u64): errval_t {
  const left = region.bytes - (region.current - region.base);
  const size = roundUpToPages(bytes);
  if (left == 0 || size == 0) return LIB_ERR_VSPACE_MMU_AWARE_NO_SPACE;
  Out.buffer = region.current;
  Out.bytes = min(size, u64(left));
  region.current += u32(Out.bytes);
  return SYS_ERR_OK;
}

/**
 * Takes a piece back. If it is the last piece, its addresses become available again. Any other piece becomes a hole and
 * stays unavailable until a piece that starts at or below it is taken back as the last one.
 */
export function pagingRegionUnmap(region: PagingRegion, base: lvaddr_t, bytes: u64): errval_t {
  const size = roundUpToPages(bytes);
  if (base < region.base || u64(base) + size > u64(region.current)) return LIB_ERR_VREGION_NOT_FOUND;
  if (u64(base) + size == u64(region.current)) region.current = base;
  return SYS_ERR_OK;
}
