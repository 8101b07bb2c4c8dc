/**
 * Functions that make CNodes. Each leaves the reference to the new CNode in `Out.cnode`. If it fails, it frees
 * everything that it allocated.
 */
import { CNodeType } from "../kpi/cspace";
import {
  LIB_ERR_CAP_RETYPE,
  LIB_ERR_CNODE_CREATE_FROM_MEM,
  LIB_ERR_CNODE_SLOTS,
  LIB_ERR_CNODE_TYPE,
  LIB_ERR_RAM_ALLOC,
  SYS_ERR_OK,
} from "../kpi/errno";
import { errIsFail, errPush, errval_t } from "../kpi/errval";
import { ObjType, typeIsCNode } from "../kpi/object-types";
import { L2_CNODE_SLOTS, OBJSIZE_CTE } from "../kpi/types";
import { capRetype } from "./capabilities";
import { buildCNodeRef, capref } from "./capref";
import { ramUsedUp } from "./from-ram";
import { Out } from "./out";
import { ramAlloc, ramFree } from "./ram-alloc";

/** Makes a CNode of `slots` slots in slot `dest`, from all of the RAM `source`. -> Out.cnode */
export function cnodeCreateFromMem(dest: capref, source: capref, type: u32, slots: u32): errval_t {
  if (!typeIsCNode(type)) return LIB_ERR_CNODE_TYPE;
  const err = capRetype(dest, source, 0, type, u64(slots) * OBJSIZE_CTE, 1);
  if (errIsFail(err)) return errPush(err, LIB_ERR_CAP_RETYPE);
  Out.cnode = buildCNodeRef(dest, type == ObjType.L1CNode ? <u32>CNodeType.ROOT : <u32>CNodeType.OTHER);
  return SYS_ERR_OK;
}

/** Makes a CNode of `slots` slots in slot `dest`, from RAM that it allocates. -> Out.cnode */
export function cnodeCreateRaw(dest: capref, type: u32, slots: u32): errval_t {
  if (!typeIsCNode(type)) return LIB_ERR_CNODE_TYPE;
  // A CNode has at least 256 slots, and an L2CNode has exactly 256.
  if (slots < L2_CNODE_SLOTS || (type == ObjType.L2CNode && slots != L2_CNODE_SLOTS)) return LIB_ERR_CNODE_SLOTS;
  let err = ramAlloc(u64(slots) * OBJSIZE_CTE);
  if (errIsFail(err)) return errPush(err, LIB_ERR_RAM_ALLOC);
  const ram = Out.cap;
  err = cnodeCreateFromMem(dest, ram, type, slots);
  if (errIsFail(err)) {
    ramFree(ram);
    return errPush(err, LIB_ERR_CNODE_CREATE_FROM_MEM);
  }
  const cnode = Out.cnode;
  err = ramUsedUp(dest, ram);
  if (errIsFail(err)) return err;
  Out.cnode = cnode;
  return SYS_ERR_OK;
}
