/**
 * Memory for slab allocators: frames that are mapped at once. Slabs never use memory that a page fault would map,
 * because the code that handles the fault needs slabs itself.
 */
import { LIB_ERR_FRAME_ALLOC, LIB_ERR_SLAB_REFILL, LIB_ERR_VSPACE_MAP, SYS_ERR_OK } from "../kpi/errno";
import { errIsFail, errPush, errval_t } from "../kpi/errval";
import { capDestroy } from "./cap-destroy";
import { capref } from "./capref";
import { domain } from "./domain";
import { frameAlloc, frameCreate, frameFree, roundUpToPages } from "./frame";
import { pagingUnmap } from "./mapping/map-fixed";
import { Out } from "./out";
import { getCurrentPagingState } from "./paging/init";
import { pagingMapFrame } from "./paging/map";
import { ramAllocForLibraryBegin, ramAllocForLibraryEnd } from "./ram-alloc";
import { Slabs, slabBufferSize, slabGrow } from "./slab";
import { slotTakeAgain } from "./slot/root";

/** Maps all of a frame and gives the memory to an allocator. Undoes the mapping if that fails. */
function growByFrame(slabs: Slabs, frame: capref, bytes: u64): errval_t {
  const st = getCurrentPagingState();
  let err = pagingMapFrame(st, bytes, frame);
  if (errIsFail(err)) return errPush(err, LIB_ERR_VSPACE_MAP);
  const buffer = Out.buffer;
  err = slabGrow(slabs, buffer, u32(bytes));
  if (errIsFail(err)) {
    pagingUnmap(st, buffer);
    return errPush(err, LIB_ERR_SLAB_REFILL);
  }
  domain.refills++;
  return SYS_ERR_OK;
}

function refillPages(slabs: Slabs, bytes: u64): errval_t {
  let err = frameAlloc(bytes);
  if (errIsFail(err)) return errPush(err, LIB_ERR_FRAME_ALLOC);
  const frame = Out.cap;
  const size = Out.bytes;
  err = growByFrame(slabs, frame, size);
  if (errIsFail(err)) {
    frameFree(frame);
    return err;
  }
  // The mapping holds its own copy of the frame, and slabs are never given back.
  capDestroy(frame);
  return SYS_ERR_OK;
}

/** Gives an allocator `bytes` bytes more, rounded up to whole pages. */
export function slabRefillPages(slabs: Slabs, bytes: u64): errval_t {
  ramAllocForLibraryBegin();
  const err = refillPages(slabs, bytes);
  ramAllocForLibraryEnd();
  return err;
}

/**
 * Gives an allocator at least `bytes` bytes for blocks, in a frame that it makes in the empty slot `slot`. It is for
 * callers for whom no other slot may be allocated meanwhile.
 */
export function slabRefillNoPagefault(slabs: Slabs, slot: capref, bytes: u64): errval_t {
  // A slab's size must fit 32 bits.
  if (bytes > u64(U32.MAX_VALUE)) return LIB_ERR_SLAB_REFILL;
  const count = (bytes + slabs.blockSize - 1) / slabs.blockSize;
  const size = roundUpToPages(slabBufferSize(count, slabs.blockSize));
  ramAllocForLibraryBegin();
  let err = frameCreate(slot, size);
  if (errIsFail(err)) {
    ramAllocForLibraryEnd();
    return errPush(err, LIB_ERR_FRAME_ALLOC);
  }
  err = growByFrame(slabs, slot, Out.bytes);
  ramAllocForLibraryEnd();
  if (errIsFail(err)) {
    // The memory is freed. The slot belongs to the caller and stays allocated.
    frameFree(slot);
    slotTakeAgain(slot);
  }
  return err;
}
