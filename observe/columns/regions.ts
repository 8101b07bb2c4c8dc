/**
 * The program's address space as columns, in order of address: what each range of virtual addresses leads to, and the
 * mapping capability that made its page-table entries.
 *
 * A region consists of neighbouring entries of one mapping with the same attributes, which lead to neighbouring
 * addresses. So a frame that reaches from one L2 table into the next has two regions, as it has two mappings.
 */
import { type CteFlag, CteLayout, CteWord } from "../../system/cpudriver/layout/cte-layout";
import { POINTER_OFFSET } from "../../system/cpudriver/layout/kernel-space";
import { typeIsMapping } from "../../system/kpi/object-types";
import { ARM_L1_ENTRIES, ARM_L1_USER_ENTRIES } from "../../system/kpi/types";
import { Damage, readable } from "../decode/damage";
import { bytesPerEntry, readL1Table, readL2Table, type TableEntry } from "../decode/page-table";
import type { CapabilityColumns } from "./capabilities";
import type { MemoryWords } from "./memory-words";

/** What a region allows and what memory it leads to, as bits. */
export const enum RegionFlag {
  READ = 1,
  WRITE = 2,
  EXECUTE = 4,
  CACHED = 8,
  DEVICE = 16,
  /** Sections, not pages. */
  SECTION = 32,
}

export interface RegionColumns {
  /** Physical address of the L1 table; 0 if there is no address space. */
  readonly root: number;
  readonly count: number;
  /** First virtual address, bytes, and first physical address. */
  readonly va: Uint32Array;
  readonly bytes: Float64Array;
  readonly pa: Uint32Array;
  /** Bits of `RegionFlag`. */
  readonly flags: Uint8Array;
  /** Physical address of the first page-table entry. */
  readonly entry: Uint32Array;
  /** Index of the mapping capability; -1 if there is none. */
  readonly mapping: Int32Array;
  /** Physical address of the slot that is mapped; 0 if there is no mapping. */
  readonly source: Uint32Array;
  /** The L2 tables: first virtual address that each translates, and its physical address. */
  readonly tables: number;
  readonly tableVa: Uint32Array;
  readonly tableBase: Uint32Array;
  readonly damage: readonly string[];
}

const SECTION_BYTES = 0x100000;
const PAGE_BYTES = 0x1000;

/** Finds the mapping capability of a page-table entry by the entry's physical address. */
function mappingsByEntry(memory: MemoryWords, { count, at, type }: CapabilityColumns): Map<number, number> {
  const owners = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    if (!typeIsMapping(type[i] as number)) continue;
    const slot = at[i] as number;
    if (memory.bytes[slot - memory.base + CteLayout.FLAGS] as number & CteFlag.VOID) continue;
    const entries = Math.min(memory.word(slot + CteLayout.TYPE) >>> 16, ARM_L1_ENTRIES);
    const first = memory.word(slot + CteWord.PTE);
    for (let entry = 0; entry < entries; entry++) owners.set(first + entry * 4, i);
  }
  return owners;
}

class Regions {
  readonly va: number[] = [];
  readonly bytes: number[] = [];
  readonly pa: number[] = [];
  readonly flags: number[] = [];
  readonly entry: number[] = [];
  readonly mapping: number[] = [];

  add(va: number, table: number, { index, kind, address, ...attributes }: TableEntry, mapping: number): void {
    const bytes = bytesPerEntry(kind);
    const flags = flagsOf(attributes) | (bytes === SECTION_BYTES ? RegionFlag.SECTION : 0);
    const last = this.va.length - 1;
    const length = this.bytes[last] as number;
    const continues =
      last >= 0 &&
      (this.va[last] as number) + length === va &&
      (this.pa[last] as number) + length === address &&
      this.flags[last] === flags &&
      this.mapping[last] === mapping;
    if (continues) {
      this.bytes[last] = length + bytes;
      return;
    }
    this.va.push(va);
    this.bytes.push(bytes);
    this.pa.push(address);
    this.flags.push(flags);
    this.entry.push(table + index * 4);
    this.mapping.push(mapping);
  }
}

function flagsOf({ access, executeNever, cached, device }: Omit<TableEntry, "index" | "kind" | "address">): number {
  return (
    (access !== "" ? RegionFlag.READ : 0) |
    (access === "rw" ? RegionFlag.WRITE : 0) |
    (executeNever ? 0 : RegionFlag.EXECUTE) |
    (cached ? RegionFlag.CACHED : 0) |
    (device ? RegionFlag.DEVICE : 0)
  );
}

/** The lower half of the address space, which is the program's. */
export function readRegions(memory: MemoryWords, capabilities: CapabilityColumns): RegionColumns {
  const root = memory.dispatcherSlot("vspace")?.base ?? 0;
  const damage = new Damage();
  const owners = mappingsByEntry(memory, capabilities);
  const regions = new Regions();
  const tables: { va: number; base: number }[] = [];
  const { reader } = memory;
  const top =
    root === 0 ? [] : readable(damage, "L1 table", root, () => readL1Table(reader, root, ARM_L1_USER_ENTRIES));
  for (const first of top ?? []) {
    const va = first.index * SECTION_BYTES;
    if (first.kind !== "table") {
      regions.add(va, root, first, owners.get(root + first.index * 4) ?? -1);
      continue;
    }
    const base = first.address;
    const entries = readable(damage, "L2 table", base, () => readL2Table(reader, base)) ?? [];
    tables.push({ va, base });
    for (const entry of entries) {
      regions.add(va + entry.index * PAGE_BYTES, base, entry, owners.get(base + entry.index * 4) ?? -1);
    }
  }
  const sourceOf = (mapping: number): number =>
    mapping < 0
      ? 0
      : memory.base + (memory.word((capabilities.at[mapping] as number) + CteWord.FRAME) & POINTER_OFFSET);
  return {
    root,
    count: regions.va.length,
    va: Uint32Array.from(regions.va),
    bytes: Float64Array.from(regions.bytes),
    pa: Uint32Array.from(regions.pa),
    flags: Uint8Array.from(regions.flags),
    entry: Uint32Array.from(regions.entry),
    mapping: Int32Array.from(regions.mapping),
    source: Uint32Array.from(regions.mapping, sourceOf),
    tables: tables.length,
    tableVa: Uint32Array.from(tables, ({ va }) => va),
    tableBase: Uint32Array.from(tables, ({ base }) => base),
    damage: damage.notes,
  };
}
