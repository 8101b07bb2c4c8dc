/**
 * Retype: new objects out of a part of an existing one. (Specification of capabilities, section 4.3; rules R1 to R3 of
 * docs/capabilities.md.)
 *
 * `checkRetype` asks every question and changes nothing; `commitRetype` changes and cannot fail. All arithmetic is on
 * 64 bits with 32-bit inputs from registers, so that no sum can wrap.
 */
import {
  SYS_ERR_DEST_TYPE_INVALID,
  SYS_ERR_ILLEGAL_DEST_TYPE,
  SYS_ERR_INVALID_RETYPE,
  SYS_ERR_INVALID_SIZE,
  SYS_ERR_OK,
  SYS_ERR_RETYPE_CREATE,
  SYS_ERR_RETYPE_INVALID_COUNT,
  SYS_ERR_RETYPE_INVALID_OFFSET,
  SYS_ERR_RETYPE_MAPPING_EXPLICIT,
  SYS_ERR_REVOKE_FIRST,
  SYS_ERR_SLOTS_IN_USE,
  SYS_ERR_SLOTS_INVALID,
} from "../../kpi/errno";
import { errIsFail, errPush, errval_t } from "../../kpi/errval";
import {
  ObjType,
  typeAllowedInL1CNode,
  typeCanRetype,
  typeFixedSize,
  typeHasVariableSize,
  typeIsMapping,
  typeIsVNode,
} from "../../kpi/object-types";
import { BASE_PAGE_SIZE, OBJSIZE_L2CNODE } from "../../kpi/types";
import { physInDram } from "../arch/armv7/phys";
import { hasDescendantIn } from "../mdb/relations";
import { Around } from "../mdb/tree";
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
  /** What comes before the new objects in the mapping database, or somewhat behind: found by the check. */
  static neighbour: Cte | null = null;
}

/** Is the type one that exists and can be asked for? */
export function checkNewType(type: u32): errval_t {
  return type == ObjType.Null || type >= u32(ObjType.Num) ? SYS_ERR_ILLEGAL_DEST_TYPE : SYS_ERR_OK;
}

/** Bytes that one object takes: what the caller says only where the type leaves it open. */
function effectiveSize(type: i32, objectSize: u64): u64 {
  return typeHasVariableSize(type) ? objectSize : typeFixedSize(type);
}

/**
 * Is `objectSize` made of whole units of the type, as far as the original asks? Zero is, of every type but L2CNode: what
 * that means is known only where the pair of types is. (Rule R1.)
 */
function sizeIsWhole(type: i32, objectSize: u64): bool {
  switch (type) {
    case ObjType.Frame:
    case ObjType.DevFrame:
      return objectSize % BASE_PAGE_SIZE == 0;
    case ObjType.L1CNode:
      return objectSize % OBJSIZE_L2CNODE == 0;
    case ObjType.L2CNode:
      return objectSize == OBJSIZE_L2CNODE;
    default:
      return !typeIsVNode(type) || objectSize % typeFixedSize(type) == 0;
  }
}

/** Is `offset` a multiple of a page, or of the object if that is smaller? */
function offsetIsWhole(type: i32, offset: u64): bool {
  const size = typeFixedSize(type);
  return offset % (size != 0 && size < BASE_PAGE_SIZE ? size : BASE_PAGE_SIZE) == 0;
}

/**
 * May `Retype` be carried out?
 *
 * The original's questions come first, in its order and with the caller's own numbers, down to the destination slots.
 * What only Typefish asks comes after all of them, so that a call that is wrong in several ways gets the original's
 * answer.
 */
export function checkRetype(): errval_t {
  const type = Retype.type;
  // Do offset and size consist of whole units?
  if (!offsetIsWhole(type, Retype.offset)) return SYS_ERR_RETYPE_INVALID_OFFSET;
  if (!sizeIsWhole(type, Retype.objectSize)) return SYS_ERR_INVALID_SIZE;
  // Is it a type that only another operation can make?
  if (typeIsMapping(type)) return SYS_ERR_RETYPE_MAPPING_EXPLICIT;
  // May this be made from that?
  if (!typeCanRetype(Retype.source.type, type)) return SYS_ERR_INVALID_RETYPE;

  let err = type == ObjType.EndPoint ? checkEndPoint() : checkMemory();
  if (errIsFail(err)) return err;
  err = checkSlots();
  if (errIsFail(err)) return err;
  return checkObject();
}

/** A dispatcher yields end points one at a time, as often as wanted: they take no memory. */
function checkEndPoint(): errval_t {
  Retype.neighbour = Retype.source;
  return Retype.count == 1 ? SYS_ERR_OK : SYS_ERR_RETYPE_INVALID_COUNT;
}

/** Is there as much memory in the source as the caller says? */
function checkMemory(): errval_t {
  const size = effectiveSize(Retype.type, Retype.objectSize);
  // Does one object fit the source at all? Do as many as are asked for?
  const fit = size == 0 ? 0 : Retype.source.bytes / size;
  if (fit == 0) return SYS_ERR_INVALID_SIZE;
  if (Retype.count == 0 || Retype.count > fit) return SYS_ERR_RETYPE_INVALID_COUNT;
  return checkRange(Retype.objectSize);
}

/**
 * With objects of `size` bytes: do they end inside the source, and are the bytes free? An empty range counts as taken
 * inside an object, and as free at the object's start.
 */
function checkRange(size: u64): errval_t {
  const source = Retype.source;
  const bytes = Retype.count * size;
  if (Retype.offset + bytes > source.bytes) return SYS_ERR_RETYPE_INVALID_OFFSET;
  const base = source.base + Retype.offset;
  if (hasDescendantIn(source, base, base + bytes)) return SYS_ERR_REVOKE_FIRST;
  Retype.neighbour = Around.last;
  return SYS_ERR_OK;
}

/** Are there enough free slots? */
function checkSlots(): errval_t {
  const cnode = Retype.cnode;
  const first = Retype.slot;
  const slots = cnodeSlots(cnode);
  if (first >= slots || Retype.count > slots - first) return SYS_ERR_SLOTS_INVALID;
  const count = u32(Retype.count);
  for (let i: u32 = 0; i < count; i++) {
    if (!cnodeSlot(cnode, first + i).isEmpty) return SYS_ERR_SLOTS_IN_USE;
  }
  return SYS_ERR_OK;
}

/**
 * May the slots hold the type? Would the objects be sound: of their type's size, apart from all others, where the hardware
 * accepts them, in memory that can be cleared?
 */
function checkObject(): errval_t {
  const type = Retype.type;
  if (Retype.cnode.type == ObjType.L1CNode && !typeAllowedInL1CNode(type)) return SYS_ERR_DEST_TYPE_INVALID;
  const size = effectiveSize(type, Retype.objectSize);
  if (Retype.objectSize != size) {
    if (Retype.objectSize != 0) return SYS_ERR_INVALID_SIZE;
    // The caller left the size to the type: the bytes that count are looked at here.
    const err = checkRange(size);
    if (errIsFail(err)) return err;
  }
  if (typeHasVariableSize(type) && size % BASE_PAGE_SIZE != 0) return SYS_ERR_INVALID_SIZE;
  const base = Retype.source.base + Retype.offset;
  if (type == ObjType.VNode_ARM_l1 && base % size != 0) return SYS_ERR_RETYPE_INVALID_OFFSET;
  if (typeNeedsZeroes(type) && !physInDram(base, Retype.count * size)) {
    return errPush(SYS_ERR_INVALID_RETYPE, SYS_ERR_RETYPE_CREATE);
  }
  return SYS_ERR_OK;
}

/** Carries out what `checkRetype` accepted. Only memory that comes from RAM is cleared: a split frame keeps its bytes. */
export function commitRetype(): void {
  const source = Retype.source;
  const type = Retype.type;
  const size = effectiveSize(type, Retype.objectSize);
  // An end point stands where its dispatcher is; the offset means nothing for it.
  const base = type == ObjType.EndPoint ? source.base : source.base + Retype.offset;
  if (source.type == ObjType.RAM) zeroObjects(type, base, Retype.count * size);
  createCaps(type, base, size, u32(Retype.count), cnodeSlot(Retype.cnode, Retype.slot), Retype.neighbour);
}
