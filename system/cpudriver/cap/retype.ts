/**
 * Retype makes new objects from a part of an existing one. (Specification of capabilities, section 4.3; rules R1 to R3
 * of docs/capabilities.md.)
 *
 * `checkRetype` makes all checks and changes nothing. `commitRetype` makes the changes and cannot fail. All sums and
 * products have 64 bits and their inputs are 32-bit register words, so none can wrap.
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
import {
  ObjType,
  typeAllowedInL1CNode,
  typeCanRetype,
  typeFixedSize,
  typeHasVariableSize,
  typeIsMapping,
  typeIsVNode,
} from "../../kpi/object-types";
import { sysErrIsFail, sysErrPush, syserr_t } from "../../kpi/syserr";
import { BASE_PAGE_SIZE, OBJSIZE_L2CNODE } from "../../kpi/types";
import { kibInDram, localPhysToMem } from "../arch/armv7/phys";
import { CteFlag } from "../layout/cte-layout";
import { hasDescendantIn } from "../mdb/relations";
import { mdbInsert, mdbInsertFound } from "../mdb/tree";
import { cnodeSlot, cnodeSlots } from "./cnode";
import { createBehind, fillEmpty, typeNeedsZeroes } from "./create";
import { Cte, cteAt, inKiB } from "./cte";

/** The words of one retype. */
export class Retype {
  static source: Cte = changetype<Cte>(0);
  static offset: u32 = 0;
  static type: i32 = 0;
  static objectSize: u32 = 0;
  static count: u32 = 0;
  static cnode: Cte = changetype<Cte>(0);
  static slot: u32 = 0;
  /** Bytes of one object, the first destination slot, and whether the objects must be cleared. The check finds them. */
  static size: u32 = 0;
  static first: Cte = changetype<Cte>(0);
  static needsZeroes: bool = false;
}

/** Checks whether the type exists and is not Null; else SYS_ERR_ILLEGAL_DEST_TYPE. */
export function checkNewType(type: u32): syserr_t {
  return type == ObjType.Null || type >= u32(ObjType.Num) ? SYS_ERR_ILLEGAL_DEST_TYPE : SYS_ERR_OK;
}

/** Bytes of one object: the caller's size if the type has a variable size, else the type's fixed size. */
function effectiveSize(type: i32, objectSize: u32): u32 {
  return typeHasVariableSize(type) ? objectSize : typeFixedSize(type);
}

/**
 * Is `objectSize` a multiple of the type's unit? This is the original's check, so 0 passes for every type except
 * L2CNode. Later checks, which also look at the source's type, decide what 0 means. (Rule R1.)
 */
function sizeIsWhole(type: i32, objectSize: u32): bool {
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

/** Is `offset` a multiple of the page size, or of the object's size if that is smaller? */
function offsetIsWhole(type: i32, offset: u32): bool {
  const size = typeFixedSize(type);
  const unit = size != 0 && size < BASE_PAGE_SIZE ? size : BASE_PAGE_SIZE;
  // Sizes are powers of two.
  return (offset & (unit - 1)) == 0;
}

/**
 * Checks whether `Retype` may be carried out.
 *
 * The checks that the original (Barrelfish) also makes come first, in its order and with the caller's own numbers, up
 * to the destination slots. The checks that only Typefish makes follow. So a call with several mistakes gets the same
 * error as from the original.
 */
export function checkRetype(): syserr_t {
  const type = Retype.type;
  // Are offset and size multiples of their units?
  if (!offsetIsWhole(type, Retype.offset)) return SYS_ERR_RETYPE_INVALID_OFFSET;
  if (!sizeIsWhole(type, Retype.objectSize)) return SYS_ERR_INVALID_SIZE;
  // Only the map operation makes mappings.
  if (typeIsMapping(type)) return SYS_ERR_RETYPE_MAPPING_EXPLICIT;
  // May the source be retyped to this type?
  if (!typeCanRetype(Retype.source.type, type)) return SYS_ERR_INVALID_RETYPE;

  Retype.size = effectiveSize(type, Retype.objectSize);
  let err = type == ObjType.EndPoint ? checkEndPoint() : checkMemory();
  if (sysErrIsFail(err)) return err;
  err = checkSlots();
  if (sysErrIsFail(err)) return err;
  return checkObject();
}

/** Checks a retype to EndPoint: one end point a call. End points take no memory, so their number has no limit. */
function checkEndPoint(): syserr_t {
  return Retype.count == 1 ? SYS_ERR_OK : SYS_ERR_RETYPE_INVALID_COUNT;
}

/** Checks whether the source has enough free memory for the objects. */
function checkMemory(): syserr_t {
  const size = Retype.size;
  // Does the source have room for one object, and for `count` objects?
  const bytes = Retype.source.bytes;
  if (size == 0 || size > bytes) return SYS_ERR_INVALID_SIZE;
  if (Retype.count == 0 || u64(Retype.count) * size > bytes) return SYS_ERR_RETYPE_INVALID_COUNT;
  return checkRange(Retype.objectSize);
}

/**
 * Checks whether `count` objects of `size` bytes end inside the source, and whether their bytes are free. An empty
 * range inside a descendant counts as taken; one at a descendant's start counts as free.
 */
function checkRange(size: u32): syserr_t {
  const source = Retype.source;
  const end = Retype.offset + u64(Retype.count) * size;
  if (end > source.bytes) return SYS_ERR_RETYPE_INVALID_OFFSET;
  // An object that starts before the next multiple of 1 KiB starts before the end of the range.
  const endKiB = source.key + inKiB(end + 1023);
  return hasDescendantIn(source, source.key + inKiB(Retype.offset), endKiB) ? SYS_ERR_REVOKE_FIRST : SYS_ERR_OK;
}

/** Checks whether the destination CNode has `count` free slots from `Retype.slot` on. */
function checkSlots(): syserr_t {
  const cnode = Retype.cnode;
  const first = Retype.slot;
  const slots = cnodeSlots(cnode);
  if (first >= slots || Retype.count > slots - first) return SYS_ERR_SLOTS_INVALID;
  Retype.first = cnodeSlot(cnode, first);
  const slot = changetype<usize>(Retype.first);
  for (let i: u32 = 0; i < Retype.count; i++) {
    if (!cteAt(slot, i).isEmpty) return SYS_ERR_SLOTS_IN_USE;
  }
  return SYS_ERR_OK;
}

/**
 * Makes the checks that only Typefish makes. The slots must be allowed to hold the type. The objects must have their
 * type's size, overlap no other object, be aligned as the hardware demands, and lie in memory that can be cleared.
 */
function checkObject(): syserr_t {
  const type = Retype.type;
  if (Retype.cnode.type == ObjType.L1CNode && !typeAllowedInL1CNode(type)) return SYS_ERR_DEST_TYPE_INVALID;
  const size = Retype.size;
  if (Retype.objectSize != size) {
    if (Retype.objectSize != 0) return SYS_ERR_INVALID_SIZE;
    // The caller passed 0, so `checkMemory` did not check the bytes that the objects really take.
    const err = checkRange(size);
    if (sysErrIsFail(err)) return err;
  }
  if (typeHasVariableSize(type) && size % BASE_PAGE_SIZE != 0) return SYS_ERR_INVALID_SIZE;
  if (type == ObjType.VNode_ARM_l1 && (Retype.source.base + Retype.offset) % size != 0) {
    return SYS_ERR_RETYPE_INVALID_OFFSET;
  }
  Retype.needsZeroes = typeNeedsZeroes(type);
  if (!Retype.needsZeroes) return SYS_ERR_OK;
  const start = Retype.source.key + inKiB(Retype.offset);
  const isInDram = kibInDram(start, start + inKiB(u64(Retype.count) * size));
  return isInDram ? SYS_ERR_OK : sysErrPush(SYS_ERR_INVALID_RETYPE, SYS_ERR_RETYPE_CREATE);
}

/**
 * Carries out the retype that `checkRetype` accepted. Clears only memory that was RAM: a split frame keeps its bytes.
 */
export function commitRetype(): void {
  const source = Retype.source;
  const type = Retype.type;
  const count = Retype.count;
  const first = Retype.first;
  if (type == ObjType.EndPoint) {
    // An end point has its dispatcher's address; the offset has no meaning.
    fillEmpty(first, type, source.key, 0, 0);
    return mdbInsert(first, source);
  }
  if (Retype.needsZeroes && source.type == ObjType.RAM) {
    memory.fill(localPhysToMem(source.address + Retype.offset), 0, count * Retype.size);
  }
  const kib = inKiB(Retype.size);
  // A retype of a whole source to its own type makes a copy of the source.
  const isCopy = type == source.type && kib == source.regionKiB;
  if (isCopy) source.clearFlag(CteFlag.SINGLE);
  fillEmpty(first, type, source.key + inKiB(Retype.offset), kib, isCopy ? 0 : CteFlag.SINGLE);
  first.setSource(source);
  mdbInsertFound(first);
  if (count > 1) createBehind(first, count);
}
