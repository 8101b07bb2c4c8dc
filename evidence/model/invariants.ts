/**
 * The invariants of the model, which hold after every operation (specification, sections 3.4 and 8.7). Each has a name.
 */

import type { CapabilityModel } from "./capabilities";
import { type Capability, isInside, overlaps } from "./capability";
import { isMapping, isVNode } from "./object-types";

/** Types from whose memory other objects may be made. All other types own their memory. */
const DIVISIBLE = ["PhysAddr", "RAM", "Frame", "DevFrame"];

/** One sentence for each broken invariant; empty if all hold. */
export function brokenInvariants(model: CapabilityModel): string[] {
  return [
    ...regionsNest(model),
    ...objectsOwnTheirMemory(model),
    ...mappingsAreSound(model),
    ...entriesAreOwned(model),
  ];
}

function describe(cap: Capability): string {
  return `${cap.type} at 0x${cap.base.toString(16)}, ${cap.bytes} bytes`;
}

/** All pairs of capabilities with a size whose regions share a byte. Each pair appears once. */
function overlappingPairs(model: CapabilityModel): [Capability, Capability][] {
  const caps = [...model.space.caps.values()].filter((cap) => cap.bytes > 0).sort((a, b) => a.base - b.base);
  return caps.flatMap((a, i) => {
    const after = caps.slice(i + 1);
    const end = after.findIndex((b) => b.base >= a.base + a.bytes);
    return after.slice(0, end < 0 ? undefined : end).map((b): [Capability, Capability] => [a, b]);
  });
}

/** Two regions are either disjoint, or one contains the other. */
function regionsNest(model: CapabilityModel): string[] {
  return overlappingPairs(model)
    .filter(([a, b]) => overlaps(a, b.base, b.base + b.bytes) && !isInside(a, b) && !isInside(b, a))
    .map(([a, b]) => `regions overlap in part: ${describe(a)} and ${describe(b)}`);
}

/** Only divisible memory shares bytes with objects of another type. A frame shares bytes only with frames. */
function objectsOwnTheirMemory(model: CapabilityModel): string[] {
  return overlappingPairs(model)
    .filter(([a, b]) => {
      const outer = isInside(b, a) && a.bytes >= b.bytes ? a : b;
      if (a.type === b.type && a.bytes === b.bytes && a.base === b.base) return false;
      if (a.type === b.type) return !DIVISIBLE.includes(a.type);
      return ![a, b].some((cap) => cap.bytes === outer.bytes && (cap.type === "RAM" || cap.type === "PhysAddr"));
    })
    .map(([a, b]) => `two objects in the same memory: ${describe(a)} and ${describe(b)}`);
}

/**
 * A mapping was made from an occupied slot. If it is live, its table exists, its entries are valid, and its slot has no
 * other live mapping.
 */
function mappingsAreSound(model: CapabilityModel): string[] {
  const { space, tables } = model;
  const broken: string[] = [];
  const liveParents = new Set<number>();
  for (const slot of space.where((cap) => isMapping(cap.type))) {
    const { parent, table, entry, count, live } = space.at(slot)!.mapping!;
    const source = space.at(parent);
    if (source === undefined || !space.at(slot)!.type.startsWith(source.type)) {
      broken.push(`mapping in slot ${slot} was made from slot ${parent}, where its object is not`);
    }
    if (!live) continue;
    if (liveParents.has(parent)) broken.push(`slot ${parent} is mapped twice`);
    liveParents.add(parent);
    if (space.where((cap) => isVNode(cap.type) && cap.base === table).length === 0) {
      broken.push(`mapping in slot ${slot} is live in a table that is no more`);
    }
    for (let i = entry; i < entry + count; i++) {
      if (!tables.entry(table, i)) broken.push(`mapping in slot ${slot} claims entry ${i}, which is not valid`);
    }
  }
  return broken;
}

/** Every valid entry of a table belongs to exactly one live mapping. */
function entriesAreOwned(model: CapabilityModel): string[] {
  const { space, tables } = model;
  const live = [...space.caps.values()].flatMap((cap) => (cap.mapping?.live ? [cap.mapping] : []));
  const bases = new Set(space.where((cap) => isVNode(cap.type)).map((slot) => space.at(slot)!.base));
  return [...bases].flatMap((table) =>
    tables.entries(table).flatMap(([index]) => {
      const owners = live.filter((m) => m.table === table && index >= m.entry && index < m.entry + m.count);
      return owners.length === 1 ? [] : [`entry ${index} of the table at ${table} has ${owners.length} live mappings`];
    }),
  );
}
