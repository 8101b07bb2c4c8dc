/**
 * Maps frames at addresses that the caller chooses, and unmaps them. This is step 2 of the assignment
 * (`paging_map_fixed_attr`); another implementation can replace this whole folder (`lab/`).
 *
 * The order of the steps makes this code safe to re-enter. It claims the pages before it allocates anything, and it
 * uses nothing that it looked up before an allocation. A failure undoes the chunks made so far and gives the pages
 * back.
 */
import {
  LIB_ERR_PMAP_FRAME_IDENTIFY,
  LIB_ERR_PMAP_FRAME_SIZE,
  LIB_ERR_PMAP_NOT_MAPPED,
  LIB_ERR_VREGION_BAD_ALIGNMENT,
  LIB_ERR_VREGION_MAP_FIXED,
  SYS_ERR_INVARGS_SYSCALL,
  SYS_ERR_OK,
} from "../../kpi/errno";
import { errIsFail, errPush, errval_t } from "../../kpi/errval";
import { BASE_PAGE_BITS, BASE_PAGE_MASK, lvaddr_t, VRegionFlags } from "../../kpi/types";
import { capref } from "../capref";
import { frameIdentify } from "../frame";
import { RangeState } from "../layout/paging-layout";
import { Out } from "../out";
import { Range, rangeFind } from "../paging/range";
import { beginClaim, claimPagesAt, Found, PagingState, pagesFor, releaseRange } from "../paging/state";
import { PAGING_BLOCK_RESERVE } from "../reserves";
import { slabEnsure } from "../slab";
import { mapRange, unmapChunks } from "./chunks";

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
