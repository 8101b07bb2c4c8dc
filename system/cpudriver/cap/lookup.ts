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
import { errval_t } from "../../kpi/errval";
import { ObjType } from "../../kpi/object-types";
import { capaddr_t, L2_CNODE_BITS, L2_CNODE_SLOTS } from "../../kpi/types";
import { cnodeSlot, cnodeSlots } from "./cnode";
import { Cte } from "./cte";

/** The slot that the last successful look-up found. */
export class Found {
  static slot: Cte = changetype<Cte>(0);
}

function lacks(cnode: Cte, rights: u32): bool {
  return (cnode.rights & rights) != rights;
}

/**
 * Looks up `address` at `level` (`CapLevel`) in the CSpace of `root`, and leaves the slot in `Found.slot`. Every CNode
 * that the walk passes must grant `rights`.
 *
 * Errors: SYS_ERR_CAP_LOOKUP_DEPTH, SYS_ERR_CNODE_TYPE, SYS_ERR_L1_CNODE_INDEX, SYS_ERR_CNODE_RIGHTS,
 * SYS_ERR_CNODE_NOT_FOUND and SYS_ERR_CAP_NOT_FOUND.
 */
export function lookupSlot(root: Cte, address: capaddr_t, level: u32, rights: u32): errval_t {
  // Does the level exist?
  if (level > u32(CapLevel.L2)) return SYS_ERR_CAP_LOOKUP_DEPTH;

  // Level 0 is the root itself, of any type.
  if (level == CapLevel.ROOT) {
    Found.slot = root;
    return SYS_ERR_OK;
  }

  // Does the walk start in an L1CNode that has such a slot and grants the rights?
  if (root.type != ObjType.L1CNode) return SYS_ERR_CNODE_TYPE;
  const index = address >>> L2_CNODE_BITS;
  if (index >= cnodeSlots(root)) return SYS_ERR_L1_CNODE_INDEX;
  if (lacks(root, rights)) return SYS_ERR_CNODE_RIGHTS;

  const first = cnodeSlot(root, index);
  if (level == CapLevel.L1) {
    if (first.isEmpty) return SYS_ERR_CAP_NOT_FOUND;
    Found.slot = first;
    return SYS_ERR_OK;
  }

  // Does that slot hold an L2CNode that grants the rights?
  if (first.isEmpty) return SYS_ERR_CNODE_NOT_FOUND;
  if (first.type != ObjType.L2CNode) return SYS_ERR_CNODE_TYPE;
  if (lacks(first, rights)) return SYS_ERR_CNODE_RIGHTS;

  const slot = cnodeSlot(first, address & (L2_CNODE_SLOTS - 1));
  if (slot.isEmpty) return SYS_ERR_CAP_NOT_FOUND;
  Found.slot = slot;
  return SYS_ERR_OK;
}
