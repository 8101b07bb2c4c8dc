/**
 * Retype: new objects out of a part of an existing one. (Specification of capabilities, section 4.3.)
 *
 * `checkRetype` asks every question and changes nothing; `commitRetype` changes and cannot fail. All arithmetic is on
 * 64 bits with 32-bit inputs from registers, so that no sum can wrap.
 */
import {
  SYS_ERR_ILLEGAL_DEST_TYPE,
  SYS_ERR_DEST_TYPE_INVALID,
  SYS_ERR_INVALID_RETYPE,
  SYS_ERR_INVALID_SIZE,
  SYS_ERR_OK,
  SYS_ERR_RETYPE_CREATE,
  SYS_ERR_RETYPE_INVALID_COUNT,
  SYS_ERR_RETYPE_INVALID_OFFSET,
  SYS_ERR_RETYPE_MAPPING_EXPLICIT,
  SYS_ERR_REVOKE_FIRST,
  SYS_ERR_SLOTS_INVALID,
  SYS_ERR_SLOTS_IN_USE,
} from "../../kpi/errno";
import { errPush, errval_t } from "../../kpi/errval";
import {
  ObjType,
  typeAllowedInL1CNode,
  typeCanRetype,
  typeFixedSize,
  typeHasVariableSize,
  typeIsMapping,
} from "../../kpi/object-types";
import { BASE_PAGE_SIZE, OBJSIZE_L2CNODE } from "../../kpi/types";
import { physInDram } from "../arch/armv7/phys";
import { hasDescendantIn } from "../mdb/relations";
import { cnodeSlot, cnodeSlots } from "./cnode";
import { createCaps, typeNeedsZeroes, zeroObjects } from "./create";
import { Cte } from "./cte";

/** One retype, as asked for. */
export class Retype {
  static source: Cte = changetype<Cte>(0);
  static offset: u64 = 0;
  static type: i32 = 0;
  static objectSize: u64 = 0;
  static count: u64 = 0;
  static cnode: Cte = changetype<Cte>(0);
  static slot: u32 = 0;
}

/** Is the type one that exists and can be asked for? */
export function checkNewType(type: i32): errval_t {
  return type == ObjType.Null || type >= ObjType.Num ? SYS_ERR_ILLEGAL_DEST_TYPE : SYS_ERR_OK;
}

/** Bytes that one object takes: what the caller says only where the type leaves it open. */
function effectiveSize(type: i32, objectSize: u64): u64 {
  return typeHasVariableSize(type) ? objectSize : typeFixedSize(type);
}

/** Is `objectSize` a size that the type allows? (Section 1.6.) */
function sizeIsValid(type: i32, objectSize: u64): bool {
  switch (type) {
    case ObjType.L1CNode: return objectSize != 0 && objectSize % OBJSIZE_L2CNODE == 0;
    case ObjType.L2CNode: return objectSize == OBJSIZE_L2CNODE;
    case ObjType.EndPoint: return objectSize == 0;
  }
  if (typeHasVariableSize(type)) return objectSize != 0 && objectSize % BASE_PAGE_SIZE == 0;
  const fixed = typeFixedSize(type);
  return objectSize == 0 || objectSize == fixed || fixed == 0;
}

/** Alignment of an object's first byte: what the hardware demands of tables, else a page or the object if smaller. */
function alignmentOf(type: i32): u64 {
  if (type == ObjType.VNode_ARM_l1) return typeFixedSize(type);
  const size = typeHasVariableSize(type) ? 0 : typeFixedSize(type);
  return size != 0 && size < BASE_PAGE_SIZE ? size : BASE_PAGE_SIZE;
}

/** Is `offset` a multiple of what every object of the type needs? Checked before the type itself is. */
function offsetIsValid(type: i32, offset: u64): bool {
  const size = typeHasVariableSize(type) ? 0 : typeFixedSize(type);
  return offset % (size != 0 && size < BASE_PAGE_SIZE ? size : BASE_PAGE_SIZE) == 0;
}

/** May `Retype` be carried out? */
export function checkRetype(): errval_t {
  const source = Retype.source;
  const type = Retype.type;
  const offset = Retype.offset;
  const count = Retype.count;

  // Does the first object start where one may start?
  if (!offsetIsValid(type, offset)) return SYS_ERR_RETYPE_INVALID_OFFSET;
  // Is the size one of the type's?
  if (!typeIsMapping(type) && !sizeIsValid(type, Retype.objectSize)) return SYS_ERR_INVALID_SIZE;
  // Is it a type that only another operation can make?
  if (typeIsMapping(type)) return SYS_ERR_RETYPE_MAPPING_EXPLICIT;
  // May this be made from that?
  if (!typeCanRetype(source.type, type)) return SYS_ERR_INVALID_RETYPE;

  if (type == ObjType.EndPoint) {
    // A dispatcher yields end points one at a time, and they take no memory.
    if (count != 1) return SYS_ERR_RETYPE_INVALID_COUNT;
  } else {
    const size = effectiveSize(type, Retype.objectSize);
    const fit = source.bytes / size;
    // Does one object fit the source at all? Do as many as are asked for?
    if (fit == 0) return SYS_ERR_INVALID_SIZE;
    if (count == 0 || count > fit) return SYS_ERR_RETYPE_INVALID_COUNT;
    // Do they fit behind the offset, and does the hardware accept the address?
    if (offset + count * size > source.bytes) return SYS_ERR_RETYPE_INVALID_OFFSET;
    const base = source.base + offset;
    if (base % alignmentOf(type) != 0) return SYS_ERR_RETYPE_INVALID_OFFSET;
    // Is any of those bytes part of an object already?
    if (hasDescendantIn(source, base, base + count * size)) return SYS_ERR_REVOKE_FIRST;
    // Can the memory be prepared?
    if (typeNeedsZeroes(type) && !physInDram(base, count * size)) {
      return errPush(SYS_ERR_INVALID_RETYPE, SYS_ERR_RETYPE_CREATE);
    }
  }
  return checkDestination(type, count);
}

/** Are there `count` free slots, and may they hold the type? */
function checkDestination(type: i32, count: u64): errval_t {
  const cnode = Retype.cnode;
  const first = Retype.slot;
  const slots = cnodeSlots(cnode);
  if (first >= slots || count > slots - first) return SYS_ERR_SLOTS_INVALID;
  for (let i: u32 = 0; i < u32(count); i++) {
    if (!cnodeSlot(cnode, first + i).isEmpty) return SYS_ERR_SLOTS_IN_USE;
  }
  if (cnode.type == ObjType.L1CNode && !typeAllowedInL1CNode(type)) return SYS_ERR_DEST_TYPE_INVALID;
  return SYS_ERR_OK;
}

/** Carries out what `checkRetype` accepted. Only memory that comes from RAM is cleared: a split frame keeps its bytes. */
export function commitRetype(): void {
  const source = Retype.source;
  const type = Retype.type;
  const size = effectiveSize(type, Retype.objectSize);
  const base = source.base + Retype.offset;
  if (source.type == ObjType.RAM) zeroObjects(type, base, Retype.count * size);
  createCaps(type, type == ObjType.EndPoint ? source.base : base, size, u32(Retype.count), cnodeSlot(Retype.cnode, Retype.slot));
}
