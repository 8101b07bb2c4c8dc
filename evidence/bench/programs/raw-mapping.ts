/**
 * Mapping by system calls alone: page tables that nobody walks, a frame, and, as a capability can be mapped once, a copy
 * of it for each mapping.
 *
 * A frame of up to 256 pages goes into a table by one call; a larger one takes a call, and a copy, for each table.
 */
import { ObjType } from "../../../system/kpi/object-types";
import { ARM_L2_ENTRIES, BASE_PAGE_SIZE, VRegionFlags } from "../../../system/kpi/types";
import { capCopy, capDelete } from "../../../system/libaos/capabilities";
import { capref, NULL_CAP } from "../../../system/libaos/capref";
import { frameAlloc } from "../../../system/libaos/frame";
import { invokeMap, invokeUnmap } from "../../../system/libaos/invocations";
import { Out } from "../../../system/libaos/out";
import { slotAlloc } from "../../../system/libaos/slot/default";
import { vnodeCreate } from "../../../system/libaos/vnode";
import { must } from "./stopwatch";

/** Entries of all tables: as many pages as the largest frame has. */
const RAW_PAGES: u32 = 2048;
const TABLES: u32 = RAW_PAGES / ARM_L2_ENTRIES;
/** Mappings at a time. */
const MAPPINGS: u32 = 16;

@unmanaged
class Place {
  cap: capref;
}

const PLACE_SIZE: u32 = 8;
/** An L1 table that no dispatcher uses, and a frame without copies. */
const root = changetype<Place>(memory.data(PLACE_SIZE, 8));
const single = changetype<Place>(memory.data(PLACE_SIZE, 8));
const tables = memory.data(TABLES * PLACE_SIZE, 8);
const frames = memory.data(MAPPINGS * PLACE_SIZE, 8);
const mappings = memory.data(MAPPINGS * PLACE_SIZE, 8);

function table(index: u32): Place {
  return changetype<Place>(tables + usize(index * PLACE_SIZE));
}

/** The frame, and copies of it. */
function frame(index: u32): Place {
  return changetype<Place>(frames + usize(index * PLACE_SIZE));
}

function mapping(index: u32): Place {
  return changetype<Place>(mappings + usize(index * PLACE_SIZE));
}

function newSlot(): capref {
  must(slotAlloc(), "slot");
  return Out.cap;
}

/** Makes tables, a frame that fills them, and copies of it. A second call changes nothing. */
export function rawMappingInit(): void {
  if (frame(0).cap != NULL_CAP) return;
  must(frameAlloc(u64(RAW_PAGES) * BASE_PAGE_SIZE), "frame to map");
  frame(0).cap = Out.cap;
  for (let i: u32 = 1; i < MAPPINGS; i++) {
    frame(i).cap = newSlot();
    must(capCopy(frame(i).cap, frame(0).cap), "copy of the frame");
  }
  for (let i: u32 = 0; i < MAPPINGS; i++) mapping(i).cap = newSlot();
  for (let i: u32 = 0; i < TABLES; i++) {
    table(i).cap = newSlot();
    must(vnodeCreate(table(i).cap, ObjType.VNode_ARM_l2), "page table");
  }
  root.cap = newSlot();
  must(vnodeCreate(root.cap, ObjType.VNode_ARM_l1), "L1 table");
  must(frameAlloc(BASE_PAGE_SIZE), "frame without copies");
  single.cap = Out.cap;
}

/** How many frames of `pages` pages can be mapped at a time. */
export function rawFrames(pages: u32): u32 {
  return min(RAW_PAGES / pages, MAPPINGS);
}

/** Calls that it takes to map one. */
function callsFor(pages: u32): u32 {
  return (pages + ARM_L2_ENTRIES - 1) / ARM_L2_ENTRIES;
}

/** Maps `pages` pages of frame `number`, from page `first` on, at an entry that counts through all tables. */
function mapPart(number: u32, entry: u32, first: u32, pages: u32): void {
  const into = table(entry / ARM_L2_ENTRIES).cap;
  const source = frame(number).cap;
  const offset = first * BASE_PAGE_SIZE;
  const flags = VRegionFlags.READ_WRITE;
  must(invokeMap(into, source, entry % ARM_L2_ENTRIES, flags, offset, pages, mapping(number).cap), "map");
}

/** Maps the frame's first `pages` pages at place `index` of those that `rawFrames` counts. */
export function rawMap(pages: u32, index: u32): void {
  if (pages <= ARM_L2_ENTRIES) return mapPart(index, index * pages, 0, pages);
  const calls = callsFor(pages);
  for (let call: u32 = 0; call < calls; call++) {
    const done = call * ARM_L2_ENTRIES;
    mapPart(index * calls + call, index * pages + done, done, min(pages - done, ARM_L2_ENTRIES));
  }
}

export function rawUnmap(pages: u32, index: u32): void {
  const calls = callsFor(pages);
  for (let call: u32 = 0; call < calls; call++) {
    const entry = index * pages + call * ARM_L2_ENTRIES;
    must(invokeUnmap(table(entry / ARM_L2_ENTRIES).cap, mapping(index * calls + call).cap), "vnode_unmap");
  }
}

/** Maps the frame without copies at the first place. `rawUnmap` and `rawForget` undo it, as for one page. */
export function rawMapSingle(): void {
  must(invokeMap(table(0).cap, single.cap, 0, VRegionFlags.READ_WRITE, 0, 1, mapping(0).cap), "map of a single frame");
}

/** Installs a page table in the L1 table. `rawUninstall` and `rawForget` of one page undo it. */
export function rawInstall(): void {
  must(invokeMap(root.cap, table(0).cap, 0, VRegionFlags.READ_WRITE, 0, 1, mapping(0).cap), "install of a page table");
}

export function rawUninstall(): void {
  must(invokeUnmap(root.cap, mapping(0).cap), "removal of a page table");
}

/** Deletes the capabilities to mappings that have been unmapped. */
export function rawForget(pages: u32, index: u32): void {
  const calls = callsFor(pages);
  for (let call: u32 = 0; call < calls; call++) must(capDelete(mapping(index * calls + call).cap), "delete a mapping");
}
