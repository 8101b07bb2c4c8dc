/**
 * More memory for slab allocators, at addresses that we chose by hand. Nothing else uses this part of the address
 * space, and each refill takes the next addresses of it.
 */
import {
  BASE_PAGE_MASK,
  errIsFail,
  errPush,
  errval_t,
  frameAlloc,
  frameFree,
  getCurrentPagingState,
  LIB_ERR_FRAME_ALLOC,
  LIB_ERR_VSPACE_MAP,
  lvaddr_t,
  Out,
  Slabs,
  slabGrow,
  VRegionFlags,
} from "./index";
import { pagingMapFixedAttr } from "./mapping/map-fixed";

/** The next free address for slabs. */
let next: lvaddr_t = 0x60000000;

export function slabRefillPages(slabs: Slabs, bytes: u64): errval_t {
  let err = frameAlloc((bytes + BASE_PAGE_MASK) & ~u64(BASE_PAGE_MASK));
  if (errIsFail(err)) return errPush(err, LIB_ERR_FRAME_ALLOC);
  const frame = Out.cap;
  const size = u32(Out.bytes);

  // Moved on before the frame is mapped, because the mapping may cause another refill.
  const buffer = next;
  next += size;
  err = pagingMapFixedAttr(getCurrentPagingState(), buffer, frame, size, VRegionFlags.READ_WRITE);
  if (errIsFail(err)) {
    frameFree(frame);
    return errPush(err, LIB_ERR_VSPACE_MAP);
  }
  return slabGrow(slabs, buffer, size);
}
