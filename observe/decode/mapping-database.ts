/**
 * Decodes the mapping database: every capability of the machine in order, with its copies, parent and children.
 *
 * The tree is read as the CPU driver wrote it. Mappings are not in the tree: the slot that is mapped leads to them. In the
 * order they follow all regions that start where their object does. The relations are computed from the capabilities alone, by their
 * definition, so that they can be compared with the CPU driver's answers.
 */
import { CteLayout, CteWord } from "../../system/cpudriver/layout/cte-layout";
import { typeRoot } from "../../system/kpi/object-types";
import { type Capability, compareObjects, decodeSlot } from "./capability";
import { type Damage, readable } from "./damage";
import type { KernelState } from "./kernel-state";
import type { PhysicalReader } from "./memory-reader";

/**
 * All capabilities in order. If a slot cannot be read, is empty, or is found a second time, the part of the tree below it
 * is left out. Without a `damage`, the function throws then, and also if there are more slots than the state counts.
 */
export function readMappingDatabase(reader: PhysicalReader, state: KernelState, damage?: Damage): Capability[] {
  const found: Capability[] = [];
  const seen = new Set<number>();
  /** The slots whose left part is being read, outermost first. */
  const above: { capability: Capability; right: number | null }[] = [];
  const fail = (at: number, reason: string): null => {
    if (!damage) throw new Error(`the mapping database is broken: slot at 0x${at.toString(16)}: ${reason}`);
    damage.note("slot of the mapping database", at, reason);
    return null;
  };
  const read = (at: number) => {
    if (seen.has(at)) return fail(at, "the database leads to it twice");
    if (!damage && seen.size === state.mdbCount) return fail(at, `there are more than ${state.mdbCount} slots`);
    seen.add(at);
    return readable(damage, "slot of the mapping database", at, () => {
      const capability = decodeSlot(reader, at);
      if (!capability) return fail(at, "empty");
      return {
        capability,
        left: reader.pointer(at + CteLayout.LEFT),
        right: reader.pointer(at + CteLayout.RIGHT),
        next: capability.mapping ? reader.pointer(at + CteWord.FRAME_NEXT) : null,
      };
    });
  };
  /** The mapping that hangs in the list of a slot; the list ends at a slot that is not one. */
  const readMapping = (at: number, frame: Capability) => {
    const slot = read(at);
    if (!slot || slot.capability.mapping?.frame === frame.at) return slot;
    return fail(at, `it is not a mapping of the slot at 0x${frame.at.toString(16)}`);
  };
  /** Mappings of objects that start at one address. */
  let mappings: Capability[] = [];
  const add = (slot: Capability | null) => {
    const first = mappings[0];
    if (first && (slot === null || slot.base !== first.base || typeRoot(slot.type) !== typeRoot(first.type))) {
      found.push(...mappings.sort((a, b) => compareObjects(a, b) || a.at - b.at));
      mappings = [];
    }
    if (!slot) return;
    found.push(slot);
    for (let at = slot.firstMapping ?? null; at !== null; ) {
      const mapping = readMapping(at, slot);
      if (mapping) mappings.push(mapping.capability);
      at = mapping ? mapping.next : null;
    }
  };
  let node = state.mdbRoot;
  while (node !== null || above.length > 0) {
    while (node !== null) {
      const slot = read(node);
      if (slot) above.push(slot);
      node = slot ? slot.left : null;
    }
    const next = above.pop();
    if (!next) break;
    add(next.capability);
    node = next.right;
  }
  add(null);
  return found;
}

/** An object with all its capabilities, and its place among the other objects. */
export interface MdbObject {
  /** At least one capability. */
  copies: Capability[];
  /** The innermost object that contains this one. */
  parent: MdbObject | null;
  children: MdbObject[];
  /** Whether an object with a size lies inside it. Mappings and end points do not count. */
  hasDescendants: boolean;
}

/** Returns one of an object's capabilities; all are alike. */
export function anyCopy(object: MdbObject): Capability {
  return object.copies[0] as Capability;
}

/** Groups capabilities, which must be in database order, into objects and finds the parent of each. */
export function relateObjects(ordered: readonly Capability[]): MdbObject[] {
  const objects: MdbObject[] = [];
  /** The objects that contain the present one, outermost first. */
  const around: MdbObject[] = [];
  let latest: MdbObject | null = null;
  for (const capability of ordered) {
    if (latest !== null && compareObjects(anyCopy(latest), capability) === 0) {
      latest.copies.push(capability);
      continue;
    }
    while (around.length > 0 && !isAround(around.at(-1) as MdbObject, capability)) around.pop();
    const parent = around.at(-1) ?? null;
    latest = { copies: [capability], parent, children: [], hasDescendants: false };
    objects.push(latest);
    parent?.children.push(latest);
    if (parent && capability.bytes > 0) parent.hasDescendants = true;
    if (capability.bytes > 0) around.push(latest);
  }
  return objects;
}

function isAround(object: MdbObject, inner: Capability): boolean {
  const outer = anyCopy(object);
  return typeRoot(outer.type) === typeRoot(inner.type) && inner.base < outer.base + outer.bytes;
}

/** The relations of a slot, as the CPU driver must answer them. */
export interface Relations {
  copies: boolean;
  descendants: boolean;
  ancestors: boolean;
}

/** Relations by the physical address of the slot. */
export function relationsBySlot(objects: readonly MdbObject[]): Map<number, Relations> {
  const relations = new Map<number, Relations>();
  for (const { copies, parent, hasDescendants } of objects) {
    const ofObject = { copies: copies.length > 1, descendants: hasDescendants, ancestors: parent !== null };
    for (const { at } of copies) relations.set(at, ofObject);
  }
  return relations;
}
