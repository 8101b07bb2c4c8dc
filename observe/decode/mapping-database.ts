/**
 * Decodes the mapping database: every capability of the machine in order, with its copies, parent and children.
 *
 * The tree is read as the CPU driver wrote it. The relations are computed from the capabilities alone, by their
 * definition, so that they can be compared with the CPU driver's answers.
 */
import { CteLayout } from "../../system/cpudriver/layout/cte-layout";
import { typeRoot } from "../../system/kpi/object-types";
import { type Capability, compareObjects, decodeSlot } from "./capability";
import type { KernelState } from "./kernel-state";
import type { PhysicalReader } from "./memory-reader";

/**
 * All capabilities in the order of the tree. Throws if there is a cycle or there are more slots than the state counts.
 */
export function readMappingDatabase(reader: PhysicalReader, state: KernelState): Capability[] {
  const found: Capability[] = [];
  const above: number[] = [];
  let node = state.mdbRoot;
  while (node !== null || above.length > 0) {
    while (node !== null) {
      if (above.length > state.mdbCount) throw new Error("the mapping database is not a tree: it has a cycle");
      above.push(node);
      node = reader.pointer(node + CteLayout.LEFT);
    }
    const at = above.pop() as number;
    const capability = decodeSlot(reader, at);
    if (!capability) throw new Error(`the mapping database holds the empty slot at 0x${at.toString(16)}`);
    if (found.length === state.mdbCount)
      throw new Error(`the mapping database holds more than ${state.mdbCount} slots`);
    found.push(capability);
    node = reader.pointer(at + CteLayout.RIGHT);
  }
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
