/** Functions that make, free and identify Frames. A Frame is memory that can be mapped. */
import {
  LIB_ERR_CAP_COPY,
  LIB_ERR_CAP_DESTROY,
  LIB_ERR_RAM_ALLOC_WRONG_SIZE,
  LIB_ERR_SLOT_ALLOC,
  SYS_ERR_OK,
} from "../kpi/errno";
import { errIsFail, errPush, errval_t } from "../kpi/errval";
import { ObjType } from "../kpi/object-types";
import { BASE_PAGE_MASK } from "../kpi/types";
import { capDestroy } from "./cap-destroy";
import { capCopy, identity } from "./capabilities";
import { capref, isOwnCSpace } from "./capref";
import { objectFromRam } from "./from-ram";
import { invokeFrameIdentify } from "./invocations";
import { Out } from "./out";
import { ramAlloc, ramAllocErr, ramFree } from "./ram-alloc";
import { slotAlloc } from "./slot/default";
import { slotFree } from "./slot/root";

/** Rounds `bytes` up to whole pages. The result is in bytes; it is 0 if it does not fit 64 bits. */
export function roundUpToPages(bytes: u64): u64 {
  return (bytes + BASE_PAGE_MASK) & ~u64(BASE_PAGE_MASK);
}

/** Makes a Frame of at least `bytes` bytes in the empty slot `dest`. -> Out.bytes: its actual size */
export function frameCreate(dest: capref, bytes: u64): errval_t {
  const size = roundUpToPages(bytes);
  if (size < bytes || size == 0) return LIB_ERR_RAM_ALLOC_WRONG_SIZE;
  let err = ramAlloc(size);
  if (errIsFail(err)) return ramAllocErr(err);
  err = objectFromRam(dest, Out.cap, ObjType.Frame, size);
  if (errIsFail(err)) return err;
  Out.bytes = size;
  return SYS_ERR_OK;
}

/** Makes a Frame of at least `bytes` bytes in a slot that it allocates. -> Out.cap, Out.bytes: its actual size */
export function frameAlloc(bytes: u64): errval_t {
  let err = slotAlloc();
  if (errIsFail(err)) return errPush(err, LIB_ERR_SLOT_ALLOC);
  const slot = Out.cap;
  err = frameCreate(slot, bytes);
  if (errIsFail(err)) {
    slotFree(slot);
    return err;
  }
  Out.cap = slot;
  return SYS_ERR_OK;
}

/** Frees a Frame's memory. The capability and its slot are then gone. */
export function frameFree(frame: capref): errval_t {
  return ramFree(frame);
}

function identifyOwn(cap: capref): errval_t {
  const err = invokeFrameIdentify(cap, changetype<usize>(identity));
  if (errIsFail(err)) return err;
  Out.base = identity.base;
  Out.bytes = identity.bytes;
  return err;
}

/** Identifies a copy, because only capabilities in the caller's own CSpace can be invoked. */
function identifyForeign(cap: capref): errval_t {
  let err = slotAlloc();
  if (errIsFail(err)) return errPush(err, LIB_ERR_SLOT_ALLOC);
  const copy = Out.cap;
  err = capCopy(copy, cap);
  if (errIsFail(err)) {
    slotFree(copy);
    return errPush(err, LIB_ERR_CAP_COPY);
  }
  err = identifyOwn(copy);
  const destroyed = capDestroy(copy);
  return errIsFail(err) || !errIsFail(destroyed) ? err : errPush(destroyed, LIB_ERR_CAP_DESTROY);
}

/** Base and size of a Frame, DevFrame or RAM capability; both 0 on failure. -> Out.base, Out.bytes */
export function frameIdentify(cap: capref): errval_t {
  const err = isOwnCSpace(cap) ? identifyOwn(cap) : identifyForeign(cap);
  if (errIsFail(err)) {
    // Allocating the slot may have left other values here.
    Out.base = 0;
    Out.bytes = 0;
  }
  return err;
}
