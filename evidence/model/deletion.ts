/**
 * Delete and revoke by definition (specification, sections 4.6, 4.7 and 5).
 *
 * A capability is deleted together with the mappings made from its slot. Then everything that became unreachable is
 * deleted, until nothing changes. The order of the deletions does not affect the result.
 */
import type { SlotName } from "../../observe/traces/operation";
import { type Capability, isCopy, isDescendant, isInside, type Slot } from "./capability";
import { demandType } from "./commands";
import type { CSpace } from "./cspace";
import { dispatcherSlots } from "./dispatcher";
import { clearMapping, mappingsOf } from "./mapping";
import { isCNode, isFrame, isRamBacked, isVNode } from "./object-types";
import type { PageTables } from "./page-tables";

/** Memory without an owner: its last object was deleted, and no ancestor or descendant covers it. */
export interface ReturnedMemory {
  readonly base: number;
  readonly bytes: number;
}

const DELETE = 3;
const REVOKE = 4;

export function deleteCap(space: CSpace, tables: PageTables, name: SlotName): ReturnedMemory[] {
  return deleteSlot(space, tables, target(space, name, DELETE));
}

export function deleteSlot(space: CSpace, tables: PageTables, slot: Slot): ReturnedMemory[] {
  return remove(space, tables, [slot]);
}

/**
 * Deletes all other copies and all descendants, and also void mappings that start in the frame. The capability itself
 * stays, unless it becomes unreachable.
 */
export function revoke(space: CSpace, tables: PageTables, name: SlotName): ReturnedMemory[] {
  const slot = target(space, name, REVOKE);
  const cap = space.at(slot)!;
  const goes = (other: Capability): boolean =>
    isCopy(other, cap) || isDescendant(other, cap, space.at) || isLeftBehind(other, cap);
  return remove(space, tables, space.where(goes, slot));
}

/** Is `cap` a void mapping of memory that starts in the frame? The mapped frame may be larger, and in any slot. */
function isLeftBehind(cap: Capability, frame: Capability): boolean {
  return cap.mapping !== undefined && !cap.mapping.live && isFrame(frame.type) && isInside(cap, frame);
}

/** The slot that a root CNode must delete or revoke. The root is invoked, and the look-up starts there. */
function target(space: CSpace, name: SlotName, command: number): Slot {
  if (typeof name === "number" || name.root === undefined) return space.own(name);
  const root = space.lookup(name.root);
  demandType(isCNode(root.type), root.type, command);
  return space.walk(root, name.root, name, []);
}

function remove(space: CSpace, tables: PageTables, doomed: Slot[]): ReturnedMemory[] {
  const gone: Capability[] = [];
  for (let next = doomed; next.length > 0; next = outOfReach(space)) {
    for (const slot of next) gone.push(...removeOne(space, tables, slot));
    stopIncomplete(space);
  }
  return returnedMemory(space, gone);
}

/** Empties one slot. Returns the deleted capabilities; these are several if the capability was mapped. */
function removeOne(space: CSpace, tables: PageTables, slot: Slot): Capability[] {
  const cap = space.at(slot);
  // Another deletion has emptied this slot, for example that of a mapping's frame.
  if (cap === undefined) return [];
  const mappings = mappingsOf(space, slot).flatMap((m) => removeOne(space, tables, m));
  if (cap.mapping) clearMapping(tables, cap.mapping);
  space.caps.delete(slot);
  if (isVNode(cap.type) && !exists(space, cap)) endTable(space, tables, cap.base);
  return [cap, ...mappings];
}

/** Handles the deletion of the last copy of a page table. The mappings in it stay in their slots and become void. */
function endTable(space: CSpace, tables: PageTables, table: number): void {
  for (const cap of space.caps.values()) {
    if (cap.mapping?.table === table) cap.mapping.live = false;
  }
  tables.drop(table);
}

function exists(space: CSpace, cap: Capability): boolean {
  return space.some((other) => isCopy(other, cap));
}

const DISPATCHER_BYTES = 1024;

function dispatcherAt(base: number): Capability {
  return { type: "Dispatcher", base, bytes: DISPATCHER_BYTES };
}

/** Stops dispatchers that no longer exist or that miss their CSpace, address space or frame. */
function stopIncomplete(space: CSpace): void {
  for (const base of space.running) {
    const complete = dispatcherSlots(base).every((slot) => space.caps.has(slot));
    if (!complete || !exists(space, dispatcherAt(base))) space.running.delete(base);
  }
}

/** Slots that are not reachable from outside, and end points of dispatchers that no longer exist. */
function outOfReach(space: CSpace): Slot[] {
  const reachable = space.reachable();
  const isOrphan = (cap: Capability): boolean => cap.type === "EndPoint" && !exists(space, dispatcherAt(cap.base));
  return space.where((cap, slot) => !reachable.has(slot) || isOrphan(cap));
}

/**
 * The memory of deleted objects that no remaining capability covers or comes from. Only the outermost regions are
 * returned.
 */
function returnedMemory(space: CSpace, gone: Capability[]): ReturnedMemory[] {
  const left = [...space.caps.values()].filter((cap) => cap.bytes > 0);
  const regions = gone.filter((cap) => isRamBacked(cap.type) && !exists(space, cap));
  const orphaned = regions.filter((cap) => !left.some((other) => isInside(cap, other) || isInside(other, cap)));
  return orphaned
    .filter((cap, i) => !orphaned.some((other, j) => isInside(cap, other) && (cap.bytes < other.bytes || j < i)))
    .map(({ base, bytes }) => ({ base, bytes }));
}
