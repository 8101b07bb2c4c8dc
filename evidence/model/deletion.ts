/**
 * Delete and revoke by definition (specification, sections 4.6, 4.7 and 5).
 *
 * A capability goes; with it go the mappings made from its slot. What nobody can reach any more goes as well, until
 * nothing changes. The order in which things go makes no difference to what is left.
 */
import type { SlotName } from "../../observe/traces/operation";
import { type Capability, isCopy, isDescendant, isInside, type Slot } from "./capability";
import { demandType } from "./commands";
import type { CSpace } from "./cspace";
import { dispatcherSlots } from "./dispatcher";
import { clearMapping, mappingsOf } from "./mapping";
import { isCNode, isFrame, isRamBacked, isVNode } from "./object-types";
import type { PageTables } from "./page-tables";

/** Memory that became nobody's: its last object is gone, and nothing above or below it is left to own it. */
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
 * All copies and all descendants go, and what is left of mappings that a frame's first part once had; the capability
 * itself stays, unless nobody can reach it without them.
 */
export function revoke(space: CSpace, tables: PageTables, name: SlotName): ReturnedMemory[] {
  const slot = target(space, name, REVOKE);
  const cap = space.at(slot)!;
  const goes = (other: Capability): boolean =>
    isCopy(other, cap) || isDescendant(other, cap, space.at) || isLeftBehind(other, cap);
  return remove(space, tables, space.where(goes, slot));
}

/** A void mapping of something that starts in the frame, be it larger than the frame and mapped from whichever slot. */
function isLeftBehind(cap: Capability, frame: Capability): boolean {
  return cap.mapping !== undefined && !cap.mapping.live && isFrame(frame.type) && isInside(cap, frame);
}

/** The slot that a root CNode is asked to delete or revoke: the root is invoked, and looks it up. */
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

/** Empties one slot. Answers with the capabilities that went, which are more than one if it was mapped. */
function removeOne(space: CSpace, tables: PageTables, slot: Slot): Capability[] {
  const cap = space.at(slot);
  // It went with another one: a mapping with its frame.
  if (cap === undefined) return [];
  const mappings = mappingsOf(space, slot).flatMap((m) => removeOne(space, tables, m));
  if (cap.mapping) clearMapping(tables, cap.mapping);
  space.caps.delete(slot);
  if (isVNode(cap.type) && !exists(space, cap)) endTable(space, tables, cap.base);
  return [cap, ...mappings];
}

/** The last copy of a page table went: mappings in it stay where they are, void. */
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

/** A dispatcher runs as long as it is there and has CSpace, address space and frame. */
function stopIncomplete(space: CSpace): void {
  for (const base of space.running) {
    const complete = dispatcherSlots(base).every((slot) => space.caps.has(slot));
    if (!complete || !exists(space, dispatcherAt(base))) space.running.delete(base);
  }
}

/** Slots inside objects that cannot be reached from outside, and endpoints of dispatchers that are no more. */
function outOfReach(space: CSpace): Slot[] {
  const reachable = space.reachable();
  const isOrphan = (cap: Capability): boolean => cap.type === "EndPoint" && !exists(space, dispatcherAt(cap.base));
  return space.where((cap, slot) => !reachable.has(slot) || isOrphan(cap));
}

/** Of objects that are gone, the memory that no capability left over covers or comes from; outermost regions only. */
function returnedMemory(space: CSpace, gone: Capability[]): ReturnedMemory[] {
  const left = [...space.caps.values()].filter((cap) => cap.bytes > 0);
  const regions = gone.filter((cap) => isRamBacked(cap.type) && !exists(space, cap));
  const orphaned = regions.filter((cap) => !left.some((other) => isInside(cap, other) || isInside(other, cap)));
  return orphaned
    .filter((cap, i) => !orphaned.some((other, j) => isInside(cap, other) && (cap.bytes < other.bytes || j < i)))
    .map(({ base, bytes }) => ({ base, bytes }));
}
