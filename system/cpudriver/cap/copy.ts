/**
 * Copy and mint make another capability of the same object. Mint also sets the type's two parameters.
 * (Specification of capabilities, sections 4.4 and 4.5.)
 */
import {
  SYS_ERR_CAP_LOCKED,
  SYS_ERR_DEST_TYPE_INVALID,
  SYS_ERR_INVALID_EPLEN,
  SYS_ERR_INVALID_SOURCE_TYPE,
  SYS_ERR_OK,
  SYS_ERR_SLOT_IN_USE,
  SYS_ERR_SLOTS_INVALID,
} from "../../kpi/errno";
import { ObjType, typeAllowedInL1CNode, typeIsCNode } from "../../kpi/object-types";
import { syserr_t } from "../../kpi/syserr";
import { DISPATCHER_FRAME_SIZE } from "../../kpi/types";
import { kernelAssert } from "../debug/panic";
import { CteFlag } from "../layout/cte-layout";
import { mdbInsert } from "../mdb/tree";
import { cnodeSlot, cnodeSlots } from "./cnode";
import { Cte } from "./cte";

/** Bytes of the dispatcher structure at the start of the dispatcher frame. No message buffer may lie in them. */
export const DISPATCHER_STRUCT_SIZE: u32 = 1024;

/** Checks whether `source` may be copied to slot `index` of `cnode`. */
export function checkCopy(source: Cte, cnode: Cte, index: u32): syserr_t {
  // Is the destination a CNode, and may it hold this type?
  if (!typeIsCNode(cnode.type)) return SYS_ERR_DEST_TYPE_INVALID;
  if (cnode.type == ObjType.L1CNode && !typeAllowedInL1CNode(source.type)) return SYS_ERR_DEST_TYPE_INVALID;
  // Does the slot exist, and is it free?
  if (index >= cnodeSlots(cnode)) return SYS_ERR_SLOTS_INVALID;
  if (!cnodeSlot(cnode, index).isEmpty) return SYS_ERR_SLOT_IN_USE;
  // A mapping records one set of page-table entries. A copy would be a second record of the same entries.
  if (source.isMapping) return SYS_ERR_INVALID_SOURCE_TYPE;
  // Is the source being deleted?
  if (source.inDelete) return SYS_ERR_CAP_LOCKED;
  return SYS_ERR_OK;
}

/** Puts a copy of `source` into an empty slot. The copy of a mapped capability is not mapped. */
export function commitCopy(source: Cte, destination: Cte): void {
  kernelAssert(destination.isEmpty, "copy: the slot is in use");
  source.clearFlag(CteFlag.SINGLE);
  destination.fillCopy(source);
  mdbInsert(destination, source);
}

/**
 * Checks whether `source` may be minted with the two parameters.
 *
 * EndPoint: byte offset and length in words of its buffer in the dispatcher frame; else SYS_ERR_INVALID_EPLEN.
 * IO: first and last port. SYS_ERR_INVALID_SOURCE_TYPE for any other type, and for ports outside the source's.
 */
export function checkMint(source: Cte, param1: u32, param2: u32): syserr_t {
  switch (source.type) {
    case ObjType.EndPoint: {
      // The buffer must lie in the dispatcher frame, after the dispatcher structure.
      const end = u64(param1) + u64(param2) * 4;
      const outside = param1 < DISPATCHER_STRUCT_SIZE || end > DISPATCHER_FRAME_SIZE || param1 % 4 != 0;
      return param2 == 0 || outside ? SYS_ERR_INVALID_EPLEN : SYS_ERR_OK;
    }
    case ObjType.IO:
      // The new range of ports must lie inside the source's.
      return param1 < source.word0 || param2 > source.word1 || param1 > param2
        ? SYS_ERR_INVALID_SOURCE_TYPE
        : SYS_ERR_OK;
    default:
      return SYS_ERR_INVALID_SOURCE_TYPE;
  }
}

/** Puts a copy with the two parameters into an empty slot. */
export function commitMint(source: Cte, destination: Cte, param1: u32, param2: u32): void {
  kernelAssert(destination.isEmpty, "mint: the slot is in use");
  source.clearFlag(CteFlag.SINGLE);
  destination.fillCopy(source);
  destination.word0 = param1;
  destination.word1 = param2;
  mdbInsert(destination, source);
}
