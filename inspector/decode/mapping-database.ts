/**
 * The mapping database: every capability of the machine, in order, and who is whose copy, parent and child.
 *
 * The tree is read as the CPU driver wrote it. The relations are not: they are worked out from the values alone, as
 * their definition says, so that they can be held against what the CPU driver answers.
 */
import { CteLayout } from "../../cpudriver/layout/cte-layout";
import { typeRoot } from "../../kpi/object-types";
import { type Capability, compareObjects, decodeSlot } from "./capability";
import type { KernelState } from "./kernel-state";
import type { PhysicalReader } from "./memory-reader";

/** All capabilities in the order of the tree. Throws if the tree is none: a cycle, or more slots than are counted. */
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

/** An object: all its capabilities, and its place among the other objects. */
export interface MdbObject {
  /** At least one. */
  copies: Capability[];
  /** The innermost object around this one. */
  parent: MdbObject | null;
  children: MdbObject[];
  /** Does anything with a size lie in it? Mappings and end points do not count. */
  hasDescendants: boolean;
}

/** One of an object's capabilities: all say the same. */
export function anyCopy(object: MdbObject): Capability {
  return object.copies[0] as Capability;
}

/** Groups capabilities, in the order of the database, into objects and finds the parent of each. */
export function relateObjects(ordered: readonly Capability[]): MdbObject[] {
  const objects: MdbObject[] = [];
  /** The objects around the current place, outermost first. */
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

/** What the relations of a slot are, as the CPU driver would answer. */
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
