/**
 * Map, unmap and modify, the only operations on page tables. (Specification of capabilities, sections 4.10 to 4.12.)
 *
 * One routine serves all three forms of map: an L2 table into an L1 table, sections, and small pages. They differ in
 * the unit, the bytes that one entry covers. The check counts in units and KiB, so no sum exceeds 32 bits.
 */
import {
  SYS_ERR_FRAME_OFFSET_INVALID,
  SYS_ERR_INVALID_SOURCE_TYPE,
  SYS_ERR_INVARGS_SYSCALL,
  SYS_ERR_OK,
  SYS_ERR_VM_ALREADY_MAPPED,
  SYS_ERR_VM_FRAME_UNALIGNED,
  SYS_ERR_VM_MAP_SIZE,
  SYS_ERR_VNODE_NOT_INSTALLED,
  SYS_ERR_VNODE_SLOT_INUSE,
  SYS_ERR_VNODE_SLOT_INVALID,
  SYS_ERR_VNODE_SLOT_RESERVED,
  SYS_ERR_WRONG_MAPPING,
} from "../../kpi/errno";
import { ObjType } from "../../kpi/object-types";
import { syserr_t } from "../../kpi/syserr";
import {
  ARM_L1_ENTRIES,
  ARM_L1_USER_ENTRIES,
  ARM_L2_ENTRIES,
  BASE_PAGE_BITS,
  OBJBITS_VNODE_ARM_L2,
  OBJSIZE_VNODE_ARM_L2,
  SECTION_BITS,
  VRegionFlags,
} from "../../kpi/types";
import { synchronizeCaches, tlbFlushAll } from "../arch/armv7/hw";
import { bytesOfOneKind, isRam } from "../arch/armv7/phys";
import { Cte, KIB_BITS } from "../cap/cte";
import { mdbFindForAddress } from "../mdb/tree";
import { section, sectionBase, smallPage, smallPageBase, tablePointer } from "./descriptors";
import { createMapping, isMapped, mappingIsIn, unmapMapping } from "./mapping";
import { anyEntryValid, entryAddress, readEntry, writeEntries } from "./page-table";

/** The words of one map: `offset` in bytes into the source, `entry` and `count` in entries of the table. */
export class MapRequest {
  static table: Cte = changetype<Cte>(0);
  static source: Cte = changetype<Cte>(0);
  static entry: u32 = 0;
  static flags: u32 = 0;
  static offset: u32 = 0;
  static count: u32 = 0;
  static mapping: Cte = changetype<Cte>(0);
}

/** KiB that the hardware can address: its addresses have 32 bits. */
const ADDRESSES_KIB: u32 = 1 << (32 - KIB_BITS);

function isFrame(type: i32): bool {
  return type == ObjType.Frame || type == ObjType.DevFrame;
}

/** Checks `MapRequest` and carries it out. If the answer is an error, nothing has changed. */
export function map(): syserr_t {
  const source = MapRequest.source.type;
  const inL1 = MapRequest.table.type == ObjType.VNode_ARM_l1;
  // Are the attributes ones that the CPU driver takes? An L2 table has none.
  if (isFrame(source) && (MapRequest.flags & ~VRegionFlags.KERNEL_MASK) != 0) return SYS_ERR_INVARGS_SYSCALL;
  // Does the first entry exist?
  if (MapRequest.entry >= entriesOf(inL1)) return SYS_ERR_VNODE_SLOT_INVALID;
  // Can the table refer to this source?
  if (isFrame(source)) return inL1 ? mapUnits(SECTION_BITS) : mapUnits(BASE_PAGE_BITS);
  return inL1 && source == ObjType.VNode_ARM_l2 ? mapUnits(OBJBITS_VNODE_ARM_L2) : SYS_ERR_WRONG_MAPPING;
}

function entriesOf(inL1: bool): u32 {
  return inL1 ? ARM_L1_ENTRIES : ARM_L2_ENTRIES;
}

/**
 * Goes on with a map whose entries cover 2^`unitBits` bytes of the source each. The native build makes a copy of this code
 * for each of the three units, without what the others need (tools/build/native/kernel.ts).
 */
function mapUnits(unitBits: u32): syserr_t {
  const source = MapRequest.source;
  const entry = MapRequest.entry;
  const count = MapRequest.count;
  const offset = MapRequest.offset;
  const inL1 = unitBits != BASE_PAGE_BITS;
  const unitMask: u32 = (1 << unitBits) - 1;

  // Does the range lie in the source, at a multiple of the unit?
  const units = source.regionKiB >>> (unitBits - KIB_BITS);
  const before = offset >>> unitBits;
  if ((offset & unitMask) != 0 || before > units || count > units - before) return SYS_ERR_FRAME_OFFSET_INVALID;
  // Do the entries lie in the table?
  if (count > entriesOf(inL1) - entry) return SYS_ERR_VM_MAP_SIZE;
  // Are they in the program's half? The upper half is the CPU driver's. A count of 0 is checked as 1.
  if (inL1 && (entry >= ARM_L1_USER_ENTRIES || count > ARM_L1_USER_ENTRIES - entry)) {
    return SYS_ERR_VNODE_SLOT_RESERVED;
  }
  // Is there at least one entry?
  if (count == 0) return SYS_ERR_VM_MAP_SIZE;
  // Is this copy of the capability mapped already?
  if (isMapped(source)) return SYS_ERR_VM_ALREADY_MAPPED;
  // Are the entries free?
  if (anyEntryValid(MapRequest.table.address, entry, count)) return SYS_ERR_VNODE_SLOT_INUSE;
  // Can the hardware express the address?
  if ((source.address & unitMask) != 0) return inL1 ? SYS_ERR_VM_FRAME_UNALIGNED : SYS_ERR_FRAME_OFFSET_INVALID;
  const endKiB = source.key + ((before + count) << (unitBits - KIB_BITS));
  if (endKiB > ADDRESSES_KIB) return SYS_ERR_FRAME_OFFSET_INVALID;
  commitMap(unitBits);
  return SYS_ERR_OK;
}

/**
 * Makes cached writes visible to instruction fetches (EXECUTE) and to accesses that bypass the caches (NOCACHE). The range
 * is all RAM, or none of it is.
 */
function prepareMemory(address: u32, bytes: u32, flags: u32): void {
  const bypassed = (flags & (VRegionFlags.EXECUTE | VRegionFlags.NOCACHE)) != 0;
  if (bypassed && isRam(address)) synchronizeCaches(address, bytes);
}

/**
 * Writes `count` entries from physical address `pte` on, for pages or sections of memory from `address` on. If the
 * range contains both RAM and devices, each part gets the attributes of its own kind of memory.
 */
function writeMemoryEntries(pte: u32, count: u32, address: u32, flags: u32, isSection: bool): void {
  const unitBits: u32 = isSection ? SECTION_BITS : BASE_PAGE_BITS;
  let at = pte;
  let start = address;
  for (let left = count; left != 0; ) {
    const alike = ((bytesOfOneKind(start) - 1) >>> unitBits) + 1;
    const run = min(alike, left);
    const bytes = run << unitBits;
    const first = isSection ? section(start, flags) : smallPage(start, flags);
    prepareMemory(start, bytes, flags);
    writeEntries(at, run, first, 1 << unitBits);
    at = entryAddress(at, run);
    start += bytes;
    left -= run;
  }
}

/** Writes the entries and makes the mapping. The TLB holds no invalid entries, so it needs no flush. */
function commitMap(unitBits: u32): void {
  const table = MapRequest.table;
  const source = MapRequest.source;
  const pte = entryAddress(table.address, MapRequest.entry);
  const address = source.address + MapRequest.offset;
  if (unitBits == OBJBITS_VNODE_ARM_L2) {
    writeEntries(pte, MapRequest.count, tablePointer(address), OBJSIZE_VNODE_ARM_L2);
  } else {
    writeMemoryEntries(pte, MapRequest.count, address, MapRequest.flags, unitBits == SECTION_BITS);
  }
  createMapping(MapRequest.mapping, source, table, pte, MapRequest.count);
}

/** Checks whether `mapping` is a live mapping in `table`, which can be unmapped. */
export function checkUnmap(table: Cte, mapping: Cte): syserr_t {
  if (!mapping.isMapping) return SYS_ERR_INVALID_SOURCE_TYPE;
  if (mapping.isVoid) return SYS_ERR_VNODE_NOT_INSTALLED;
  if (!mappingIsIn(mapping, table.base, table.bytes)) return SYS_ERR_WRONG_MAPPING;
  return SYS_ERR_OK;
}

/** Clears the entries. The mapping stays in its slot and becomes void, and its source can be mapped again. */
export function commitUnmap(mapping: Cte): void {
  unmapMapping(mapping);
}

/** Checks whether `pages` entries of `mapping`, from its entry `offset` on, may get the attributes `flags`. */
export function checkModify(mapping: Cte, offset: u32, pages: u32, flags: u32): syserr_t {
  if (mapping.type != ObjType.Frame_Mapping && mapping.type != ObjType.DevFrame_Mapping) return SYS_ERR_WRONG_MAPPING;
  if (mapping.isVoid) return SYS_ERR_VNODE_NOT_INSTALLED;
  if ((flags & ~VRegionFlags.KERNEL_MASK) != 0) return SYS_ERR_INVARGS_SYSCALL;
  if (pages == 0 || u64(offset) + pages > mapping.count) return SYS_ERR_VM_MAP_SIZE;
  return SYS_ERR_OK;
}

/** Gives entries of a mapping new attributes. The type of their table decides whether they are sections or pages. */
export function commitModify(mapping: Cte, offset: u32, pages: u32, flags: u32): void {
  const table = changetype<Cte>(mdbFindForAddress(mapping.pte));
  const isSection = table.type == ObjType.VNode_ARM_l1;
  const first = entryAddress(mapping.pte, offset);
  const old = readEntry(first, 0);
  writeMemoryEntries(first, pages, isSection ? sectionBase(old) : smallPageBase(old), flags, isSection);
  tlbFlushAll();
}
