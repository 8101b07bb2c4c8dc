/**
 * Resize replaces the root CNode of the caller's CSpace by a larger one. (Specification of capabilities, section 4.9.)
 *
 * Each capability in the old root moves to the same slot of the new one. The dispatcher and the task CNode then refer
 * to the new root. The caller gets the old root's capability in a slot that it names, and can delete it. Resize moves
 * capabilities instead of copying them, because copies in the old root would keep CNodes alive.
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
import { ObjType } from "../../kpi/object-types";
import { syserr_t } from "../../kpi/syserr";
import { CapRights } from "../../kpi/types";
import { currentDcb } from "../dispatch/schedule";
import { isCopy } from "../mdb/order";
import { cnodeSlot, cnodeSlots } from "./cnode";
import { commitCopy } from "./copy";
import { Cte } from "./cte";
import { dropCopy } from "./delete";
import { lookupError, lookupSlot } from "./lookup";
import { moveCap } from "./move";

/** The slots of the resize that `checkResize` accepted. */
class Resize {
  static newRoot: Cte = changetype<Cte>(0);
  static taskSlot: Cte = changetype<Cte>(0);
  static returnSlot: Cte = changetype<Cte>(0);
}

/**
 * Checks whether the CNode at address `newRoot` may replace the caller's root `invoked`, and slot `index` of the CNode
 * at address `returnCNode` may receive the old root. `taskSlot` is the root's capability in the task CNode.
 */
export function checkResize(invoked: Cte, taskSlot: Cte, newRoot: u32, returnCNode: u32, index: u32): syserr_t {
  const ownRoot = currentDcb().cspace;
  if (invoked.type != ObjType.L1CNode) return SYS_ERR_RESIZE_NOT_L1;

  // Is the new root an L1CNode?
  const root = lookupSlot(ownRoot, newRoot, CapLevel.L2, CapRights.ALL);
  if (!root) return lookupError(SYS_ERR_OK);
  Resize.newRoot = root;
  if (root.type != ObjType.L1CNode) return SYS_ERR_INVALID_SOURCE_TYPE;

  // Is the return slot free, and in an L2CNode?
  const cnode = lookupSlot(ownRoot, returnCNode, CapLevel.L1, CapRights.READ_WRITE);
  if (!cnode) return lookupError(SYS_ERR_OK);
  if (cnode.type != ObjType.L2CNode) return SYS_ERR_DEST_TYPE_INVALID;
  if (index >= cnodeSlots(cnode)) return SYS_ERR_SLOTS_INVALID;
  Resize.returnSlot = cnodeSlot(cnode, index);
  if (!Resize.returnSlot.isEmpty) return SYS_ERR_SLOT_IN_USE;

  // Is the old root the caller's own, and the new one a different CNode?
  if (!isCopy(invoked, ownRoot) || !isCopy(taskSlot, ownRoot)) return SYS_ERR_CNODE_TYPE;
  if (isCopy(root, ownRoot)) return SYS_ERR_SLOTS_IN_USE;
  // Is the new root large enough, and empty?
  if (cnodeSlots(root) < cnodeSlots(ownRoot)) return SYS_ERR_INVALID_SIZE;
  for (let i: u32 = 0; i < cnodeSlots(root); i++) {
    if (!cnodeSlot(root, i).isEmpty) return SYS_ERR_SLOTS_IN_USE;
  }
  Resize.taskSlot = taskSlot;
  return SYS_ERR_OK;
}

/** Carries out the resize that `checkResize` accepted. */
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
