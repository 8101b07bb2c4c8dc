/**
 * Looks up a capability address in a CSpace. (Specification of capabilities, section 2.4.)
 *
 * A look-up never finds an empty slot. Calls therefore name a destination by a CNode and a slot number, and each
 * operation checks whether that slot is free.
 */
import { CapLevel } from "../../kpi/cspace";
import {
  SYS_ERR_CAP_LOOKUP_DEPTH,
  SYS_ERR_CAP_NOT_FOUND,
  SYS_ERR_CNODE_NOT_FOUND,
  SYS_ERR_CNODE_RIGHTS,
  SYS_ERR_CNODE_TYPE,
  SYS_ERR_L1_CNODE_INDEX,
  SYS_ERR_OK,
} from "../../kpi/errno";
import { ObjType } from "../../kpi/object-types";
import { sysErrPush, syserr_t } from "../../kpi/syserr";
import { capaddr_t, L2_CNODE_BITS, L2_CNODE_SLOTS } from "../../kpi/types";
import { cnodeSlot, l1CNodeSlots } from "./cnode";
import { Cte } from "./cte";

/** Why the last failed look-up failed. */
class Failure {
  static error: u32 = SYS_ERR_OK;
}

/** The error of the look-up that just failed, with `pushed` on top unless that is SYS_ERR_OK. */
export function lookupError(pushed: u32): syserr_t {
  return pushed == SYS_ERR_OK ? Failure.error : sysErrPush(Failure.error, pushed);
}

function fail(error: u32): Cte | null {
  Failure.error = error;
  return null;
}

/** Why no look-up can start in slot `index` of `root`. */
function rootError(root: Cte, index: u32): u32 {
  if (root.type != ObjType.L1CNode) return SYS_ERR_CNODE_TYPE;
  return index >= l1CNodeSlots(root) ? SYS_ERR_L1_CNODE_INDEX : SYS_ERR_CNODE_RIGHTS;
}

/** Why no look-up can go on in the capability of an L1CNode's slot. */
function cnodeError(cnode: Cte): u32 {
  if (cnode.isEmpty) return SYS_ERR_CNODE_NOT_FOUND;
  return cnode.type != ObjType.L2CNode ? SYS_ERR_CNODE_TYPE : SYS_ERR_CNODE_RIGHTS;
}

/**
 * Looks up `address` at `level` (`CapLevel`) in the CSpace of `root`. Every CNode that the walk passes must grant
 * `rights`. Returns the slot, which is not empty; null if there is none, and `lookupError` says why.
 *
 * Errors: SYS_ERR_CAP_LOOKUP_DEPTH, SYS_ERR_CNODE_TYPE, SYS_ERR_L1_CNODE_INDEX, SYS_ERR_CNODE_RIGHTS,
 * SYS_ERR_CNODE_NOT_FOUND and SYS_ERR_CAP_NOT_FOUND.
 */
export function lookupSlot(root: Cte, address: capaddr_t, level: u32, rights: u32): Cte | null {
  // Does the level exist?
  if (level > u32(CapLevel.L2)) return fail(SYS_ERR_CAP_LOOKUP_DEPTH);

  // Level 0 is the root itself, of any type.
  if (level == CapLevel.ROOT) return root;

  // Does the walk start in an L1CNode that has such a slot and grants the rights?
  const index = address >>> L2_CNODE_BITS;
  if (!root.grants(ObjType.L1CNode, rights) || index >= l1CNodeSlots(root)) return fail(rootError(root, index));

  const first = cnodeSlot(root, index);
  if (level == CapLevel.L1) return first.isEmpty ? fail(SYS_ERR_CAP_NOT_FOUND) : first;

  // Does that slot hold an L2CNode that grants the rights?
  if (!first.grants(ObjType.L2CNode, rights)) return fail(cnodeError(first));

  const slot = cnodeSlot(first, address & (L2_CNODE_SLOTS - 1));
  return slot.isEmpty ? fail(SYS_ERR_CAP_NOT_FOUND) : slot;
}
