/** Maps frames at given virtual addresses. The exercise about two L2 tables replaces the file tables.ts. */
import {
  BASE_PAGE_BITS,
  BASE_PAGE_MASK,
  BASE_PAGE_SIZE,
  capref,
  errIsFail,
  errval_t,
  frameIdentify,
  LIB_ERR_NOT_IMPLEMENTED,
  LIB_ERR_PMAP_ADDR_NOT_FREE,
  LIB_ERR_PMAP_FRAME_SIZE,
  LIB_ERR_VREGION_BAD_ALIGNMENT,
  lvaddr_t,
  Out,
  PagingState,
} from "../index";
import { mapPages } from "./tables";

/** The part of the address space that programs may map. */
const USER_START: u32 = 0x02000000;
const USER_END: u32 = 0x80000000;

export function pagingMapFixedAttr(st: PagingState, va: lvaddr_t, frame: capref, bytes: u64, flags: u32): errval_t {
  if ((va & BASE_PAGE_MASK) != 0) return LIB_ERR_VREGION_BAD_ALIGNMENT;
  if (va < USER_START || va >= USER_END || bytes > USER_END - va) return LIB_ERR_PMAP_ADDR_NOT_FREE;
  const pages = u32((bytes + BASE_PAGE_MASK) >> BASE_PAGE_BITS);
  const err = frameIdentify(frame);
  if (errIsFail(err)) return err;
  if (pages == 0 || u64(pages) * BASE_PAGE_SIZE > Out.bytes) return LIB_ERR_PMAP_FRAME_SIZE;
  return mapPages(st, va, frame, 0, pages, flags);
}

export function pagingUnmap(_st: PagingState, _va: lvaddr_t): errval_t {
  return LIB_ERR_NOT_IMPLEMENTED;
}
