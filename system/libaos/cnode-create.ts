/** Functions that make a CNode in a slot that they choose. -> Out.cap: the slot, Out.cnode: the new CNode */
import { CNodeType } from "../kpi/cspace";
import {
  LIB_ERR_CNODE_CREATE,
  LIB_ERR_CROOT_NULL,
  LIB_ERR_NOT_CNODE,
  LIB_ERR_SLOT_ALLOC,
  SYS_ERR_OK,
} from "../kpi/errno";
import { errIsFail, errPush, errval_t } from "../kpi/errval";
import { ObjType } from "../kpi/object-types";
import { L2_CNODE_SLOTS } from "../kpi/types";
import { capIdentify } from "./capabilities";
import { buildCNodeRef, capref, cnoderef, cnodeType, isNullCap } from "./capref";
import { cnodeCreateRaw } from "./cnode";
import { Out } from "./out";
import { slotAlloc } from "./slot/default";
import { slotAllocRoot, slotFree } from "./slot/root";

function createIn(slot: capref, type: u32): errval_t {
  const err = cnodeCreateRaw(slot, type, L2_CNODE_SLOTS);
  if (errIsFail(err)) {
    slotFree(slot);
    return errPush(err, LIB_ERR_CNODE_CREATE);
  }
  Out.cap = slot;
  return SYS_ERR_OK;
}

/** Makes an L2CNode in a slot of the caller's root CNode. -> Out.cap, Out.cnode */
export function cnodeCreateL2(): errval_t {
  const err = slotAllocRoot();
  if (errIsFail(err)) return errPush(err, LIB_ERR_SLOT_ALLOC);
  return createIn(Out.cap, ObjType.L2CNode);
}

/** Makes an L1CNode of 256 slots, for use as the root of another CSpace. -> Out.cap, Out.cnode */
export function cnodeCreateL1(): errval_t {
  const err = slotAlloc();
  if (errIsFail(err)) return errPush(err, LIB_ERR_SLOT_ALLOC);
  return createIn(Out.cap, ObjType.L1CNode);
}

/** Makes an L2CNode in slot `slot` of `destL1`, the root CNode of another CSpace. -> Out.cap, Out.cnode */
export function cnodeCreateForeignL2(destL1: capref, slot: u32): errval_t {
  if (isNullCap(destL1)) return LIB_ERR_CROOT_NULL;
  const dest = capref(buildCNodeRef(destL1, CNodeType.ROOT), slot);
  const err = cnodeCreateRaw(dest, ObjType.L2CNode, L2_CNODE_SLOTS);
  if (errIsFail(err)) return errPush(err, LIB_ERR_CNODE_CREATE);
  Out.cap = dest;
  return SYS_ERR_OK;
}

/**
 * Builds the reference for a CNode capability: an L2CNode in the caller's root CNode, or the root of another CSpace.
 * -> Out.cnode
 */
export function cnodeBuildCNodeRef(cap: capref): errval_t {
  const err = capIdentify(cap);
  if (errIsFail(err)) return err;
  const inRoot = cnodeType(cap) == CNodeType.ROOT;
  if (inRoot ? Out.type != ObjType.L2CNode : Out.type != ObjType.L1CNode) return LIB_ERR_NOT_CNODE;
  const cnode: cnoderef = buildCNodeRef(cap, inRoot ? <u32>CNodeType.OTHER : <u32>CNodeType.ROOT);
  Out.cnode = cnode;
  return SYS_ERR_OK;
}
