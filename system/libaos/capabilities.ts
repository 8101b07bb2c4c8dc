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
 * capabilities into consecutive slots, starting with `dest`.
 */
export function capRetype(dest: capref, source: capref, offset: u64, type: u32, objsize: u64, count: u32): errval_t {
  if (faultDue(FaultKind.RETYPE)) return SYS_ERR_RETYPE_CREATE;
  // Do offset and size fit into the 32-bit words of the call?
  if (offset > WORD_MAX) return SYS_ERR_RETYPE_INVALID_OFFSET;
  if (objsize > WORD_MAX) return SYS_ERR_INVALID_SIZE;
  return invokeRetype(dest, source, u32(offset), type, u32(objsize), count);
}

/** Copies a capability into an empty slot. */
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

/** Deletes one capability. Its slot is then empty and stays allocated. */
export function capDelete(cap: capref): errval_t {
  return invokeDelete(cap);
}

/** Deletes all other copies and all descendants of a capability. The capability itself stays. */
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
