/** Map, unmap, modify and destroy (specification, sections 4.10 to 4.12). */
import type { MapRequest, SlotName } from "../../observe/traces/operation";
import { type Capability, isMappable, type Slot } from "./capability";
import { lookupInvoked } from "./commands";
import type { CSpace } from "./cspace";
import { isFrame, isMapping, PAGE, SECTION, type TypeName } from "./object-types";
import { FLAGS, L1_ENTRIES, L1_USER_ENTRIES, L2_ENTRIES, type PageTableEntry, type PageTables } from "./page-tables";
import { demand } from "./refusal";

/** Command numbers. */
const MAP = 0;
const UNMAP = 1;
const MODIFY = 0;
const DESTROY = 1;

const TABLE_BYTES = 1024;
const PHYSICAL_SPACE = 2 ** 32;

const isTable = (type: TypeName): boolean => type === "VNode_ARM_l1" || type === "VNode_ARM_l2";

/** The mappings made from exactly this slot. Copies in other slots have their own. */
export function mappingsOf(space: CSpace, slot: Slot): Slot[] {
  return space.where((cap) => cap.mapping?.parent === slot);
}

export function map(space: CSpace, tables: PageTables, request: MapRequest): void {
  const { entry, flags, offset, count } = request;
  const table = space.at(lookupInvoked(space, request.vnode, MAP, isTable))!;
  const notRoot = "SYS_ERR_CNODE_NOT_ROOT";
  const from = { root: "SYS_ERR_SOURCE_ROOTCN_LOOKUP", notRoot, lookup: "SYS_ERR_SOURCE_CAP_LOOKUP" };
  const parent = space.find(request.src, from);
  const source = space.at(parent)!;
  const destination = space.destination(request.mapping, "SYS_ERR_DEST_TYPE_INVALID");
  demand(destination.holder === "L2CNode", "SYS_ERR_DEST_TYPE_INVALID");
  demand(destination.index < destination.slots, "SYS_ERR_SLOTS_INVALID");
  demand(!space.caps.has(destination.first), "SYS_ERR_SLOT_IN_USE");

  const inL1 = table.type === "VNode_ARM_l1";
  const entries = inL1 ? L1_ENTRIES : L2_ENTRIES;
  demand(!isFrame(source.type) || flags <= FLAGS.all, "SYS_ERR_INVARGS_SYSCALL");
  demand(entry < entries, "SYS_ERR_VNODE_SLOT_INVALID");
  const fits = isFrame(source.type) || (inL1 && source.type === "VNode_ARM_l2");
  demand(fits, "SYS_ERR_WRONG_MAPPING");

  const unit = !inL1 ? PAGE : isFrame(source.type) ? SECTION : TABLE_BYTES;
  demand(offset % unit === 0 && offset + count * unit <= source.bytes, "SYS_ERR_FRAME_OFFSET_INVALID");
  demand(entry + count <= entries, "SYS_ERR_VM_MAP_SIZE");
  // A count of 0 is checked like a count of 1.
  demand(!inL1 || entry + Math.max(count, 1) <= L1_USER_ENTRIES, "SYS_ERR_VNODE_SLOT_RESERVED");
  demand(count > 0, "SYS_ERR_VM_MAP_SIZE");

  const mapped = mappingsOf(space, parent).some((slot) => space.at(slot)!.mapping!.live);
  demand(!mapped, "SYS_ERR_VM_ALREADY_MAPPED");
  demand(!tables.anyValid(table.base, entry, count), "SYS_ERR_VNODE_SLOT_INUSE");
  const start = source.base + offset;
  demand(start % unit === 0, inL1 ? "SYS_ERR_VM_FRAME_UNALIGNED" : "SYS_ERR_FRAME_OFFSET_INVALID");
  demand(start + count * unit <= PHYSICAL_SPACE, "SYS_ERR_FRAME_OFFSET_INVALID");

  for (let i = 0; i < count; i++) {
    tables.set(table.base, entry + i, entryFor(tables, table, source, start + i * unit, flags));
  }
  space.caps.set(destination.first, {
    type: mappingType(source.type),
    base: source.base,
    bytes: 0,
    mapping: { parent, table: table.base, entry, count, live: true },
  });
}

function mappingType(type: TypeName): TypeName {
  if (!isMappable(type)) throw new Error(`${type} cannot be mapped`);
  return `${type}_Mapping` as TypeName;
}

function entryFor(
  tables: PageTables,
  table: Capability,
  source: Capability,
  address: number,
  flags: number,
): PageTableEntry {
  if (!isFrame(source.type)) return tables.table(address);
  return tables.leaf(table.type === "VNode_ARM_l1" ? "section" : "page", address, flags);
}

export function unmap(space: CSpace, tables: PageTables, vnode: SlotName, name: SlotName): void {
  const table = space.at(lookupInvoked(space, vnode, UNMAP, isTable))!;
  const { mapping } = space.lookup(name, "SYS_ERR_CAP_NOT_FOUND");
  demand(mapping !== undefined, "SYS_ERR_INVALID_SOURCE_TYPE");
  demand(mapping.live, "SYS_ERR_VNODE_NOT_INSTALLED");
  demand(mapping.table === table.base, "SYS_ERR_WRONG_MAPPING");
  clearMapping(tables, mapping);
}

/** Clears the entries of a mapping. The record stays and is void. */
export function clearMapping(tables: PageTables, mapping: NonNullable<Capability["mapping"]>): void {
  if (mapping.live) tables.clear(mapping.table, mapping.entry, mapping.count);
  mapping.live = false;
}

/** Sets new flags for `pages` entries of a mapping, starting at its entry `offset`. */
export function modify(
  space: CSpace,
  tables: PageTables,
  name: SlotName,
  offset: number,
  pages: number,
  flags: number,
): void {
  const cap = space.at(lookupInvoked(space, name, MODIFY, isMapping))!;
  demand(cap.type === "Frame_Mapping" || cap.type === "DevFrame_Mapping", "SYS_ERR_WRONG_MAPPING");
  const { table, entry, count, live } = cap.mapping!;
  demand(live, "SYS_ERR_VNODE_NOT_INSTALLED");
  demand(flags <= FLAGS.all, "SYS_ERR_INVARGS_SYSCALL");
  demand(pages > 0 && offset + pages <= count, "SYS_ERR_VM_MAP_SIZE");
  for (let i = entry + offset; i < entry + offset + pages; i++) {
    const old = tables.entry(table, i)!;
    tables.set(table, i, tables.leaf(old.kind === "section" ? "section" : "page", old.address, flags));
  }
}

/** Returns the mapping capability that a destroy names. Its deletion clears the entries. */
export function checkDestroy(space: CSpace, name: SlotName): Slot {
  return lookupInvoked(space, name, DESTROY, isMapping);
}
