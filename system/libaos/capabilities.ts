/**
 * The capability operations that programs call. Each makes the checks that need no look-up, then the invocation.
 *
 * The caller owns the slots that it passes. A caller that allocated a slot must free it if a later step fails. Only
 * `capDestroy`, in `cap-destroy.ts`, frees a slot.
 */

import { CNodeType } from "../kpi/cspace";
import {
  LIB_ERR_CAP_INVOKE,
  LIB_ERR_NOT_CNODE,
  SYS_ERR_INVALID_SIZE,
  SYS_ERR_RETYPE_CREATE,
  SYS_ERR_RETYPE_INVALID_OFFSET,
} from "../kpi/errno";
import { errIsFail, errval_t } from "../kpi/errval";
import { CapIdentityLayout } from "../kpi/system-calls";
import { capCNode, capref, cnodeType, isOwnCSpace } from "./capref";
import { faultDue } from "./faults";
import {
  invokeCopy,
  invokeCreate,
  invokeDelete,
  invokeDeleteExact,
  invokeGetState,
  invokeKernelIdentify,
  invokeMint,
  invokeResize,
  invokeRetype,
  invokeRevoke,
} from "./invocations";
import { FaultKind } from "./layout/fault-kind";
import { Out } from "./out";

const WORD_MAX: u64 = 0xffffffff;

@unmanaged
export class CapIdentity {
  base: u64;
  bytes: u64;
  type: u32;
}

if (offsetof<CapIdentity>("type") != CapIdentityLayout.TYPE) ERROR("CapIdentity: type");

/** The CPU driver writes the result of an identify call here. */
export const identity = changetype<CapIdentity>(memory.data(CapIdentityLayout.SIZE, 8));

/**
 * Makes `count` objects of type `type`, each of `objsize` bytes, from `source`, starting at byte `offset`. Puts their
 * capabilities into consecutive slots, starting with `dest`. The source stays, and can be retyped again elsewhere. The
 * CPU driver clears memory when anything but RAM is made from RAM.
 *
 * @param dest the first of `count` empty slots
 * @param source RAM for most types; a Frame can be split into Frames
 * @param offset bytes from the first byte of the source (not a physical address), a multiple of the page size
 * @param type an `ObjType`
 * @param objsize bytes of each object: a multiple of the page size for RAM and Frame; 16384 for an L2CNode; 1024 for an
 * L2 page table
 * @param count number of objects, at least 1
 * @returns SYS_ERR_OK, or an error of the CPU driver. The most common are `SYS_ERR_REVOKE_FIRST` (a capability that was
 * made from this part of the source still exists), `SYS_ERR_RETYPE_INVALID_OFFSET`, `SYS_ERR_INVALID_SIZE` and
 * `SYS_ERR_RETYPE_INVALID_COUNT` (the objects do not fit into the source, or are not whole pages),
 * `SYS_ERR_INVALID_RETYPE` (the source has the wrong type), `SYS_ERR_SLOTS_IN_USE` (a destination slot is not empty),
 * `SYS_ERR_SOURCE_CAP_LOOKUP` (the source slot is empty)
 * @example
 * const found = slotAlloc();
 * if (errIsFail(found)) return found;
 * const slot = Out.cap;
 * const err = capRetype(slot, ram, 2 * BASE_PAGE_SIZE, ObjType.RAM, BASE_PAGE_SIZE, 1);
 * if (errIsFail(err)) slotFree(slot);
 */
export function capRetype(dest: capref, source: capref, offset: u64, type: u32, objsize: u64, count: u32): errval_t {
  if (faultDue(FaultKind.RETYPE)) return SYS_ERR_RETYPE_CREATE;
  // Do offset and size fit into the 32-bit words of the call?
  if (offset > WORD_MAX) return SYS_ERR_RETYPE_INVALID_OFFSET;
  if (objsize > WORD_MAX) return SYS_ERR_INVALID_SIZE;
  return invokeRetype(dest, source, u32(offset), type, u32(objsize), count);
}

/**
 * Copies a capability into an empty slot. A copy stands for the same object, with the same type, base and size. Each
 * copy can be mapped once, so a second mapping of a Frame needs a copy.
 *
 * @returns SYS_ERR_OK; `SYS_ERR_SLOT_IN_USE` if the destination is not empty; `SYS_ERR_INVALID_SOURCE_TYPE` for a
 * mapping; a look-up error such as `SYS_ERR_CAP_NOT_FOUND` if the source slot is empty
 * @example
 * const found = slotAlloc();
 * if (errIsFail(found)) return found;
 * const copy = Out.cap;
 * const err = capCopy(copy, frame);
 * if (errIsFail(err)) slotFree(copy);
 */
export function capCopy(dest: capref, source: capref): errval_t {
  return invokeCopy(dest, source);
}

/**
 * Copies a capability and sets two parameters that depend on its type. For an EndPoint they are the offset and the
 * length of its buffer.
 */
export function capMint(dest: capref, source: capref, param1: u32, param2: u32): errval_t {
  return invokeMint(dest, source, param1, param2);
}

/** Makes a capability without a source. Only ID capabilities can be made this way. */
export function capCreate(dest: capref, type: u32, bytes: u32): errval_t {
  return isOwnCSpace(dest) ? invokeCreate(dest, type, bytes) : LIB_ERR_CAP_INVOKE;
}

/**
 * Deletes one capability. Its slot is then empty and stays allocated; `slotFree` frees it, and `capDestroy` does both.
 * Deleting a capability that is mapped undoes the mapping.
 *
 * @returns SYS_ERR_OK; `SYS_ERR_CAP_NOT_FOUND` if the slot is empty; `SYS_ERR_CNODE_NOT_FOUND` if the reference names
 * no slot
 * @example
 * const err = capDelete(frame);
 * if (errIsFail(err)) return errPush(err, LIB_ERR_CAP_DELETE);
 * return slotFree(frame);
 */
export function capDelete(cap: capref): errval_t {
  return invokeDelete(cap);
}

/**
 * Deletes a capability if it is the only one of the memory that starts at `baseKiB` and has `kib` KiB. So a caller that
 * knows which memory it means needs no call to identify the capability.
 *
 * @returns SYS_ERR_OK; `SYS_ERR_CAP_NOT_FOUND` if the slot is empty or its capability is of another object;
 * `SYS_ERR_REVOKE_FIRST` if the capability may have copies or descendants. After an error nothing has changed.
 */
export function capDeleteExact(cap: capref, baseKiB: u32, kib: u32): errval_t {
  return invokeDeleteExact(cap, baseKiB, kib);
}

/**
 * Deletes all other copies and all descendants of a capability, in every slot. The capability itself stays. The slots
 * stay allocated, and their owners are not informed. Afterwards all of the object's memory can be retyped.
 *
 * @returns SYS_ERR_OK; `SYS_ERR_CAP_NOT_FOUND` if the slot is empty
 * @example
 * const err = capRevoke(ram);
 * if (errIsFail(err)) return err;
 */
export function capRevoke(cap: capref): errval_t {
  return invokeRevoke(cap);
}

/** Reads the state of a capability. -> Out.value: bit 0 is set if it is foreign, bit 1 if it is being deleted */
export function capGetState(cap: capref): errval_t {
  return isOwnCSpace(cap) ? invokeGetState(cap) : LIB_ERR_CAP_INVOKE;
}

/**
 * Replaces the root CNode of the caller's CSpace with the larger L1CNode `newRoot`. Puts a capability of the old root
 * into the empty slot `oldRoot`. All references stay valid. Both slots must lie in L2CNodes of the caller's CSpace.
 */
export function rootCNodeResize(newRoot: capref, oldRoot: capref): errval_t {
  if (!isOwnCSpace(newRoot) || !isOwnCSpace(oldRoot)) return LIB_ERR_CAP_INVOKE;
  if (cnodeType(newRoot) != CNodeType.OTHER || cnodeType(capCNode(oldRoot)) != CNodeType.OTHER)
    return LIB_ERR_NOT_CNODE;
  return invokeResize(newRoot, oldRoot);
}

/**
 * Reads base, size and type of any capability in the caller's CSpace, by an invocation of the Kernel capability. The
 * value is 0 if the capability has neither copies nor descendants. -> Out.base, Out.bytes, Out.type, Out.value
 *
 * @returns SYS_ERR_OK; a look-up error such as `SYS_ERR_CAP_NOT_FOUND` if the slot is empty; `LIB_ERR_CAP_INVOKE` for a
 * slot in another CSpace. After an error base, bytes and type are 0.
 * @example
 * const err = capIdentify(ram);
 * if (errIsFail(err)) return err;
 * debugPrintf("0x%lx, %lu bytes, type %u\n", Out.base, Out.bytes, Out.type);
 */
export function capIdentify(cap: capref): errval_t {
  Out.base = 0;
  Out.bytes = 0;
  Out.type = 0;
  if (!isOwnCSpace(cap)) return LIB_ERR_CAP_INVOKE;
  const err = invokeKernelIdentify(cap, changetype<usize>(identity));
  if (errIsFail(err)) return err;
  Out.base = identity.base;
  Out.bytes = identity.bytes;
  Out.type = identity.type;
  return err;
}
