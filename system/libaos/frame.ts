/** Functions that make, free and identify Frames. A Frame is memory that can be mapped. */
import {
  LIB_ERR_CAP_COPY,
  LIB_ERR_CAP_DESTROY,
  LIB_ERR_RAM_ALLOC_WRONG_SIZE,
  LIB_ERR_SLOT_ALLOC,
  MM_ERR_NOT_FOUND,
  SYS_ERR_OK,
} from "../kpi/errno";
import { errIsFail, errPush, errval_t } from "../kpi/errval";
import { ObjType } from "../kpi/object-types";
import { BASE_PAGE_MASK, BASE_PAGE_SIZE } from "../kpi/types";
import { capDestroy } from "./cap-destroy";
import { capCopy, identity } from "./capabilities";
import { capref, isOwnCSpace } from "./capref";
import { domain, ObjectAllocFunction } from "./domain";
import { faultDue } from "./faults";
import { objectFromRam } from "./from-ram";
import { invokeFrameIdentify } from "./invocations";
import { FaultKind } from "./layout/fault-kind";
import { Out } from "./out";
import { ramAlloc, ramAllocErr, ramFree } from "./ram-alloc";
import { slotAlloc } from "./slot/default";
import { slotFree } from "./slot/root";

/** Rounds `bytes` up to whole pages. The result is in bytes; it is 0 if it does not fit 64 bits. */
export function roundUpToPages(bytes: u64): u64 {
  return (bytes + BASE_PAGE_MASK) & ~u64(BASE_PAGE_MASK);
}

/** Makes a Frame of `size` bytes, whole pages, from RAM that it allocates, in the empty slot `dest`. */
function frameFromRam(dest: capref, size: u64): errval_t {
  const err = ramAlloc(size);
  return errIsFail(err) ? ramAllocErr(err) : objectFromRam(dest, Out.cap, ObjType.Frame, size);
}

/** `frameFromRam` by an allocator that makes objects. */
function frameInOneStep(alloc: ObjectAllocFunction, dest: capref, size: u64): errval_t {
  const err = faultDue(FaultKind.RAM) ? MM_ERR_NOT_FOUND : alloc(dest, ObjType.Frame, size, BASE_PAGE_SIZE);
  return errIsFail(err) ? ramAllocErr(err) : SYS_ERR_OK;
}

/** Makes a Frame of at least `bytes` bytes in the empty slot `dest`. -> Out.bytes: its actual size */
export function frameCreate(dest: capref, bytes: u64): errval_t {
  const size = roundUpToPages(bytes);
  if (size < bytes || size == 0) return LIB_ERR_RAM_ALLOC_WRONG_SIZE;
  const alloc = domain.objectAlloc;
  const err = alloc === null ? frameFromRam(dest, size) : frameInOneStep(alloc, dest, size);
  if (errIsFail(err)) return err;
  Out.bytes = size;
  return SYS_ERR_OK;
}

/**
 * Makes a Frame of at least `bytes` bytes in a slot that it allocates. The memory comes from `ramAlloc` and is cleared.
 * -> Out.cap, Out.bytes: its actual size, a multiple of the page size
 *
 * @returns SYS_ERR_OK; `LIB_ERR_SLOT_ALLOC`; `LIB_ERR_RAM_ALLOC_WRONG_SIZE` if `bytes` is 0 or close to 2^64;
 * `LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS` if there is no such memory, but a smaller frame may succeed; `LIB_ERR_RAM_ALLOC`
 * or `LIB_ERR_CAP_RETYPE`, with the cause
 * @example
 * const err = frameAlloc(10000);
 * if (errIsFail(err)) return errPush(err, LIB_ERR_FRAME_ALLOC);
 * const buffer = Out.cap;
 * const size = Out.bytes; // 12288
 */
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

/**
 * Frees a Frame's memory. The capability and its slot are then gone, and so are mappings of this capability. It must
 * cover the memory as it was allocated, not a part of it.
 *
 * @returns SYS_ERR_OK, or an error of `ramFree`
 * @example
 * const err = frameAlloc(4096);
 * if (errIsFail(err)) return err;
 * return frameFree(Out.cap);
 */
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

/**
 * Base and size of a Frame, DevFrame or RAM capability; both 0 on failure. -> Out.base, Out.bytes
 *
 * @returns SYS_ERR_OK; a look-up error such as `SYS_ERR_CAP_NOT_FOUND` if the slot is empty;
 * `SYS_ERR_ILLEGAL_INVOCATION` for another type
 * @example
 * const err = frameIdentify(frame);
 * if (errIsFail(err)) return err;
 * const pages = Out.bytes >> BASE_PAGE_BITS;
 */
export function frameIdentify(cap: capref): errval_t {
  const err = isOwnCSpace(cap) ? identifyOwn(cap) : identifyForeign(cap);
  if (errIsFail(err)) {
    // Allocating the slot may have left other values here.
    Out.base = 0;
    Out.bytes = 0;
  }
  return err;
}
