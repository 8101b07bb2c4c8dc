/**
 * Compares the column decoders with the ordinary decoders of `observe/decode/`, on the memory of one moment. Neither
 * uses the other's code for what is compared.
 */
import { expect } from "vitest";
import { type CapabilityColumns, readCapabilities } from "../../../observe/columns/capabilities";
import { addressesOf, readCSpaceColumns } from "../../../observe/columns/cspace";
import { readGauges } from "../../../observe/columns/gauges";
import type { MemoryWords } from "../../../observe/columns/memory-words";
import { readPages } from "../../../observe/columns/pages";
import { fragmentationOf, readPieces } from "../../../observe/columns/pieces";
import { type RegionColumns, RegionFlag, readRegions } from "../../../observe/columns/regions";
import { VirtualMemory } from "../../../observe/columns/virtual-memory";
import { type MappedRange, VirtualReader } from "../../../observe/decode/address-space";
import { slotsByPlace } from "../../../observe/decode/cspace";
import { Damage, readable } from "../../../observe/decode/damage";
import { anyCopy, relateObjects } from "../../../observe/decode/mapping-database";
import { System } from "../../../observe/decode/system";
import { decodeDomain } from "../../../observe/decode/user/domain";
import { decodeMemoryManager } from "../../../observe/decode/user/memory-manager";
import { decodeSlabs } from "../../../observe/decode/user/slabs";
import { decodeRootSlots, decodeSlotAllocator } from "../../../observe/decode/user/slot-allocators";
import { CteLayout } from "../../../system/cpudriver/layout/cte-layout";
import { PagingStateLayout } from "../../../system/libaos/layout/paging-layout";
import { MmLayout, NodeType } from "../../../system/libmm/layout/mm-layout";

const indices = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** The database, its objects and their relations. */
export function compareCapabilities(memory: MemoryWords): CapabilityColumns {
  const columns = readCapabilities(memory);
  const database = new System(memory.reader, memory.kernelState, new Damage()).database();
  expect([...columns.at]).toEqual(database.map(({ at }) => at));
  expect([...columns.type]).toEqual(database.map(({ type }) => type));
  expect([...columns.rights]).toEqual(database.map(({ rights }) => rights));
  expect([...columns.base]).toEqual(database.map(({ base }) => base));
  expect([...columns.bytes]).toEqual(database.map(({ bytes }) => bytes));

  const objects = relateObjects(database);
  const places = new Map(database.map((capability, index) => [capability, index]));
  const firstOf = (object: (typeof objects)[number]) => places.get(anyCopy(object)) as number;
  const wanted = objects.flatMap((object) => {
    const { parent, copies } = object;
    let depth = 0;
    for (let outer = parent; outer; outer = outer.parent) depth++;
    return copies.map(() => [firstOf(object), parent ? firstOf(parent) : -1, depth]);
  });
  const { first, parent, depth, end, count } = columns;
  expect(indices(count).map((i) => [first[i], parent[i], depth[i]])).toEqual(wanted);

  // The descendants of an object are those between it and its end.
  const ends = new Map<number, number>();
  for (const object of objects) {
    const last = firstOf(object) + object.copies.length;
    for (let outer: typeof object | null = object; outer; outer = outer.parent) ends.set(firstOf(outer), last);
  }
  expect(indices(count).map((i) => end[i])).toEqual(indices(count).map((i) => ends.get(first[i] as number)));
  return columns;
}

export function compareCSpace(memory: MemoryWords, capabilities: CapabilityColumns): void {
  const cspace = new System(memory.reader, memory.kernelState, new Damage()).cspace();
  const columns = readCSpaceColumns(memory);
  expect(columns.root).toBe(cspace?.root.base ?? 0);
  // A damaged root can say that it has slots outside of the DRAM.
  const place = (cspace?.root.base ?? 0) - memory.base;
  const slots = place >= 0 ? Math.max(0, Math.floor((memory.bytes.length - place) / CteLayout.SIZE)) : 0;
  expect(columns.rootTypes).toHaveLength(Math.min(cspace?.size ?? 0, slots));
  const rootTypes = new Uint8Array(columns.rootTypes.length);
  for (const { index, capability } of cspace?.rootSlots ?? []) rootTypes[index] = capability.type;
  expect(columns.rootTypes).toEqual(rootTypes);
  const cnodes = (cspace?.cnodes ?? []).map(({ rootSlot, capability, slots }) => {
    const types = new Array<number>(256).fill(0);
    for (const { index, capability: inside } of slots) types[index] = inside.type;
    return { rootSlot, base: capability.base, used: slots.length, types };
  });
  const { rootSlot, base, used, types } = columns;
  expect(
    indices(columns.cnodes).map((i) => ({
      rootSlot: rootSlot[i],
      base: base[i],
      used: used[i],
      types: [...types.subarray(i * 256, i * 256 + 256)],
    })),
  ).toEqual(cnodes);

  const places = slotsByPlace(cspace);
  const wanted = [...capabilities.at].map((at) => {
    const place = places.get(at);
    return place ? [place.address, place.level] : [0, 0];
  });
  const { address, level } = addressesOf(memory, capabilities, columns);
  expect([...address].map((each, i) => [each, level[i]])).toEqual(wanted);
}

/** Each page against a search for the innermost object. */
export function comparePages(memory: MemoryWords, capabilities: CapabilityColumns): void {
  const { type, capability, count } = readPages(memory, capabilities, null);
  const sized = indices(capabilities.count).filter((i) => (capabilities.bytes[i] as number) > 0);
  const step = Math.max(1, Math.floor(count / 97));
  for (let page = 0; page < count; page += step) {
    const from = memory.base + page * 4096;
    const covering = sized.filter((i) => {
      const base = capabilities.base[i] as number;
      return base < from + 4096 && base + (capabilities.bytes[i] as number) > from;
    });
    const innermost = covering.at(-1) ?? -1;
    expect(capability[page]).toBe(innermost);
    expect(type[page]).toBe(innermost < 0 ? 0 : capabilities.type[innermost]);
  }
}

/** The ranges of the ordinary decoder, which merges across tables and mappings. */
function merged({ count, va, bytes, pa, flags }: RegionColumns): Omit<MappedRange, "cached" | "device">[] {
  const ranges: (Omit<MappedRange, "cached" | "device"> & { all: number })[] = [];
  for (const i of indices(count)) {
    const all = flags[i] as number;
    const last = ranges.at(-1);
    const continues =
      last && last.all === all && last.va + last.bytes === va[i] && last.pa + last.bytes === (pa[i] as number);
    if (continues) {
      last.bytes += bytes[i] as number;
      continue;
    }
    ranges.push({
      va: va[i] as number,
      bytes: bytes[i] as number,
      pa: pa[i] as number,
      kind: all & RegionFlag.SECTION ? "section" : "page",
      access: all & RegionFlag.WRITE ? "rw" : all & RegionFlag.READ ? "r" : "",
      executeNever: (all & RegionFlag.EXECUTE) === 0,
      all,
    });
  }
  return ranges.map(({ all: _, ...range }) => range);
}

/** If memory is damaged, several mappings may claim the same entries, and only the ranges are compared. */
export function compareRegions(memory: MemoryWords, capabilities: CapabilityColumns, isDamaged: boolean): void {
  const system = new System(memory.reader, memory.kernelState, new Damage());
  const space = system.addressSpace();
  const columns = readRegions(memory, capabilities);
  expect(merged(columns)).toEqual((space?.ranges ?? []).map(({ cached: _, device: __, ...range }) => range));
  expect([...columns.tableBase]).toEqual((space?.tables ?? []).map(({ base }) => base));
  expect([...columns.tableVa]).toEqual((space?.tables ?? []).map(({ va }) => va));
  const owners = new Map(indices(columns.count).map((i) => [columns.entry[i], i]));
  for (const { capability, addresses, source, table } of system.mappings()) {
    const i = owners.get(capability.mapping?.pte ?? 0);
    if (table === null || i === undefined || isDamaged) continue;
    if (!addresses.includes(columns.va[i] as number)) continue;
    expect(capabilities.at[columns.mapping[i] as number]).toBe(capability.at);
    expect(columns.source[i]).toBe(source?.at);
  }
}

/** The program's records. `domain` is the virtual address of its own record. */
export function comparePrograms(memory: MemoryWords, domain: number): void {
  const root = new System(memory.reader, memory.kernelState, new Damage()).dispatcher()?.vspace?.base ?? 0;
  const fast = new VirtualMemory(memory, root);
  const slow = new VirtualReader(memory.reader, root);
  const damage = new Damage();
  const record = readable(damage, "domain", domain, () => decodeDomain(slow, domain, damage));
  expect(readable(new Damage(), "domain", domain, () => decodeDomain(fast, domain, new Damage()))).toEqual(record);
  if (!record) return;
  const manager = readable(damage, "manager", record.mm, () => decodeMemoryManager(slow, record.mm, new Damage()));
  if (record.mm !== 0 && manager) {
    const columns = readPieces(fast, record.mm);
    const pieces = manager.regions.flatMap((region) => region.pieces);
    const { page, pages, type, at, count } = columns;
    expect(
      indices(count).map((i) => ({
        at: at[i],
        base: (page[i] as number) * 4096,
        bytes: (pages[i] as number) * 4096,
        isFree: type[i] === NodeType.Free,
      })),
    ).toEqual(pieces);
    expect([...columns.regionPage]).toEqual(manager.regions.map(({ base }) => base / 4096));
    expect([...columns.regionPages]).toEqual(manager.regions.map(({ bytes }) => bytes / 4096));
    expect([...columns.regionCap]).toEqual(manager.regions.map(({ cap }) => cap));
    compareFragmentation(columns, pieces);
  }
  const gauges = readGauges(fast, record, new Damage());
  const rows = gauges.map(({ name, kind, free, total, refills }) => [name, kind, free, total, refills]);
  const wanted: unknown[] = [];
  const add = (
    name: string,
    at: number,
    decode: () => { free: number; total: number; refills: number; kind: string },
  ) => {
    const found = at === 0 ? null : readable(new Damage(), name, at, decode);
    if (found) wanted.push([name, found.kind, found.free, found.total, found.refills]);
  };
  const slabs = (at: number) => ({ kind: "slabs", ...decodeSlabs(slow, at, new Damage()) });
  const slots = ({ free, total, growths }: ReturnType<typeof decodeSlotAllocator>) => ({
    kind: "slots",
    free,
    total,
    refills: growths,
  });
  add("memory manager", record.mm, () => slabs(record.mm + MmLayout.SLABS));
  add("address space", record.paging, () => slabs(record.paging + PagingStateLayout.SLABS));
  add("slot blocks", record.slotBlockSlabs, () => slabs(record.slotBlockSlabs));
  add("root segments", record.rootSegmentSlabs, () => slabs(record.rootSegmentSlabs));
  add("default", record.defaultSlots, () => slots(decodeSlotAllocator(slow, record.defaultSlots, new Damage())));
  add("memory manager", record.prealloc, () => slots(decodeSlotAllocator(slow, record.prealloc, new Damage())));
  add("root CNode", record.rootSlots, () => slots(decodeRootSlots(slow, record.rootSlots, new Damage()).allocator));
  expect(rows).toEqual(wanted);
}

function compareFragmentation(
  columns: ReturnType<typeof readPieces>,
  pieces: readonly { bytes: number; isFree: boolean; at: number }[],
): void {
  // A piece that is set aside is free, but not in the manager's own count.
  const types = new Map([...columns.at].map((at, i) => [at, columns.type[i]]));
  const free = pieces.filter(({ at }) => types.get(at) !== NodeType.Allocated).map(({ bytes }) => bytes / 4096);
  const freePages = free.reduce((sum, each) => sum + each, 0);
  const largest = free.reduce((most, each) => Math.max(most, each), 0);
  expect(fragmentationOf(columns)).toEqual({
    totalPages: pieces.reduce((sum, { bytes }) => sum + bytes / 4096, 0),
    freePages,
    freePieces: free.length,
    allocatedPieces: pieces.length - free.length,
    largest,
    external: freePages === 0 ? 0 : 1 - largest / freePages,
  });
}

export function compareAll(memory: MemoryWords, domain: number | null, isDamaged = false): CapabilityColumns {
  const capabilities = compareCapabilities(memory);
  compareCSpace(memory, capabilities);
  comparePages(memory, capabilities);
  compareRegions(memory, capabilities, isDamaged);
  if (domain !== null) comparePrograms(memory, domain);
  return capabilities;
}
