/** More memory for slab allocators, at an address that libaos reserves. */
import {
  BASE_PAGE_MASK,
  errIsFail,
  errPush,
  errval_t,
  frameAlloc,
  frameFree,
  getCurrentPagingState,
  LIB_ERR_FRAME_ALLOC,
  LIB_ERR_SLAB_REFILL,
  LIB_ERR_VSPACE_MAP,
  Out,
  pagingAlloc,
  Slabs,
  SYS_ERR_OK,
  slabGrow,
  VRegionFlags,
} from "./index";
import { pagingMapFixedAttr } from "./mapping/map-fixed";

export function slabRefillPages(slabs: Slabs, bytes: u64): errval_t {
  const wanted = (bytes + BASE_PAGE_MASK) & ~u64(BASE_PAGE_MASK);
  let err = frameAlloc(wanted);
  if (errIsFail(err)) return errPush(err, LIB_ERR_FRAME_ALLOC);
  const frame = Out.cap;
  const size = Out.bytes;

  const st = getCurrentPagingState();
  err = pagingAlloc(st, size);
  if (errIsFail(err)) {
    frameFree(frame);
    return errPush(err, LIB_ERR_VSPACE_MAP);
  }
  const buffer = Out.buffer;
  err = pagingMapFixedAttr(st, buffer, frame, size, VRegionFlags.READ_WRITE);
  if (errIsFail(err)) {
    frameFree(frame);
    return errPush(err, LIB_ERR_VSPACE_MAP);
  }
  err = slabGrow(slabs, buffer, u32(size));
  return errIsFail(err) ? errPush(err, LIB_ERR_SLAB_REFILL) : SYS_ERR_OK;
}
