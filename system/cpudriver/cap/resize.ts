/**
 * Resize: a larger root CNode for the caller's CSpace. (Specification of capabilities, section 4.9.)
 *
 * The new CNode takes over what is in the old one, slot for slot, and its place in the dispatcher and in the task
 * CNode; the old one's capability is handed back in a slot that the caller names, for deletion. What the old slots held
 * moves: no second copies stay behind that would keep a table alive.
 */
import { CapLevel } from "../../kpi/cspace";
import {
  SYS_ERR_CNODE_TYPE,
  SYS_ERR_DEST_TYPE_INVALID,
  SYS_ERR_INVALID_SIZE,
  SYS_ERR_INVALID_SOURCE_TYPE,
  SYS_ERR_OK,
  SYS_ERR_RESIZE_NOT_L1,
  SYS_ERR_SLOT_IN_USE,
  SYS_ERR_SLOTS_IN_USE,
  SYS_ERR_SLOTS_INVALID,
} from "../../kpi/errno";
import { errIsFail, errval_t } from "../../kpi/errval";
import { ObjType } from "../../kpi/object-types";
import { CapRights } from "../../kpi/types";
import { currentDcb } from "../dispatch/schedule";
import { isCopy } from "../mdb/order";
import { cnodeSlot, cnodeSlots } from "./cnode";
import { commitCopy } from "./copy";
import { Cte } from "./cte";
import { dropCopy } from "./delete";
import { Found, lookupSlot } from "./lookup";
import { moveCap } from "./move";

/** One resize, as asked for. */
class Resize {
  static newRoot: Cte = changetype<Cte>(0);
  static taskSlot: Cte = changetype<Cte>(0);
  static returnSlot: Cte = changetype<Cte>(0);
}

/**
 * May the caller's root, `invoked`, of which `taskSlot` is the well-known capability, be replaced by the CNode at
 * `newRoot`, and be returned in slot `index` of the CNode at `returnCNode`?
 */
export function checkResize(invoked: Cte, taskSlot: Cte, newRoot: u32, returnCNode: u32, index: u32): errval_t {
  const ownRoot = currentDcb().cspace;
  if (invoked.type != ObjType.L1CNode) return SYS_ERR_RESIZE_NOT_L1;

  // Is the new root an L1CNode?
  let err = lookupSlot(ownRoot, newRoot, CapLevel.L2, CapRights.ALL);
  if (errIsFail(err)) return err;
  Resize.newRoot = Found.slot;
  if (Resize.newRoot.type != ObjType.L1CNode) return SYS_ERR_INVALID_SOURCE_TYPE;

  // Is there a free slot for the old one, of a kind that may hold it?
  err = lookupSlot(ownRoot, returnCNode, CapLevel.L1, CapRights.READ_WRITE);
  if (errIsFail(err)) return err;
  const cnode = Found.slot;
  if (cnode.type != ObjType.L2CNode) return SYS_ERR_DEST_TYPE_INVALID;
  if (index >= cnodeSlots(cnode)) return SYS_ERR_SLOTS_INVALID;
  Resize.returnSlot = cnodeSlot(cnode, index);
  if (!Resize.returnSlot.isEmpty) return SYS_ERR_SLOT_IN_USE;

  // Is it the caller's own root that is to be replaced, by another one?
  if (!isCopy(invoked, ownRoot) || !isCopy(taskSlot, ownRoot)) return SYS_ERR_CNODE_TYPE;
  if (isCopy(Resize.newRoot, ownRoot)) return SYS_ERR_SLOTS_IN_USE;
  // Is the new one large enough, and empty?
  if (cnodeSlots(Resize.newRoot) < cnodeSlots(ownRoot)) return SYS_ERR_INVALID_SIZE;
  for (let i: u32 = 0; i < cnodeSlots(Resize.newRoot); i++) {
    if (!cnodeSlot(Resize.newRoot, i).isEmpty) return SYS_ERR_SLOTS_IN_USE;
  }
  Resize.taskSlot = taskSlot;
  return SYS_ERR_OK;
}

/** Carries out what `checkResize` accepted. */
export function commitResize(): void {
  const newRoot = Resize.newRoot;
  const dispatcherSlot = currentDcb().cspace;
  const slots = cnodeSlots(dispatcherSlot);
  for (let i: u32 = 0; i < slots; i++) {
    const from = cnodeSlot(dispatcherSlot, i);
    if (!from.isEmpty) moveCap(from, cnodeSlot(newRoot, i));
  }
  moveCap(Resize.taskSlot, Resize.returnSlot);
  commitCopy(newRoot, Resize.taskSlot);
  dropCopy(dispatcherSlot, Resize.returnSlot);
  commitCopy(newRoot, dispatcherSlot);
}
