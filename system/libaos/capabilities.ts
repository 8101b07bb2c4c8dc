/**
 * Capability operations as programs call them: the checks that need no look-up, then the invocation.
 *
 * Slots are the caller's: whoever allocated a slot frees it when a later step fails. Only `capDestroy`, in
 * `cap-destroy.ts`, gives a slot back.
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

/** Where the CPU driver writes the answer of the identify in progress. */
export const identity = changetype<CapIdentity>(memory.data(CapIdentityLayout.SIZE, 8));

/**
 * Makes `count` objects of `objsize` bytes and type `type` out of `source`, from byte `offset` on, and puts their
 * capabilities into consecutive slots beginning with `dest`.
 */
export function capRetype(dest: capref, source: capref, offset: u64, type: u32, objsize: u64, count: u32): errval_t {
  if (faultDue(FaultKind.RETYPE)) return SYS_ERR_RETYPE_CREATE;
  // Do offset and size fit the words of the call?
  if (offset > WORD_MAX) return SYS_ERR_RETYPE_INVALID_OFFSET;
  if (objsize > WORD_MAX) return SYS_ERR_INVALID_SIZE;
  return invokeRetype(dest, source, u32(offset), type, u32(objsize), count);
}

/** Copies a capability into an empty slot. */
export function capCopy(dest: capref, source: capref): errval_t {
  return invokeCopy(dest, source);
}

/** Copies a capability with two parameters that its type knows: buffer offset and length of an EndPoint. */
export function capMint(dest: capref, source: capref, param1: u32, param2: u32): errval_t {
  return invokeMint(dest, source, param1, param2);
}

/** Makes a capability out of nothing; only ID capabilities can be made so. */
export function capCreate(dest: capref, type: u32, bytes: u32): errval_t {
  return isOwnCSpace(dest) ? invokeCreate(dest, type, bytes) : LIB_ERR_CAP_INVOKE;
}

/** Deletes one capability; its slot is empty afterwards and still allocated. */
export function capDelete(cap: capref): errval_t {
  return invokeDelete(cap);
}

/** Deletes all copies and all descendants of a capability, not the capability itself. */
export function capRevoke(cap: capref): errval_t {
  return invokeRevoke(cap);
}

/** -> Out.value: bit 0 foreign, bit 1 being deleted. */
export function capGetState(cap: capref): errval_t {
  return isOwnCSpace(cap) ? invokeGetState(cap) : LIB_ERR_CAP_INVOKE;
}

/**
 * Replaces the root of one's own CSpace by the larger L1CNode `newRoot`; a capability of the old one is put in the
 * empty slot `oldRoot`. All references stay valid. Both must lie in L2CNodes of the own CSpace.
 */
export function rootCNodeResize(newRoot: capref, oldRoot: capref): errval_t {
  if (!isOwnCSpace(newRoot) || !isOwnCSpace(oldRoot)) return LIB_ERR_CAP_INVOKE;
  if (cnodeType(newRoot) != CNodeType.OTHER || cnodeType(capCNode(oldRoot)) != CNodeType.OTHER)
    return LIB_ERR_NOT_CNODE;
  return invokeResize(newRoot, oldRoot);
}

/**
 * Base, size and type of any capability in the own CSpace, asked of the Kernel capability; and 0 if it has neither copies
 * nor descendants. -> Out.base, .bytes, .type, .value
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
