/**
 * Decodes ARMv7-A short-descriptor page tables, as the architecture manual (B3.5) draws them.
 *
 * It shares no code with the CPU driver, which writes the tables, nor with the MMU, which walks them.
 */
import { ARM_L1_ENTRIES, ARM_L2_ENTRIES } from "../../system/kpi/types";
import type { MemoryReader } from "./memory-reader";

export type EntryKind = "table" | "section" | "supersection" | "large page" | "page";
/** Access rights of user code. */
export type UserAccess = "rw" | "r" | "";

export interface TableEntry {
  index: number;
  kind: EntryKind;
  /** Physical address that the entry leads to. */
  address: number;
  access: UserAccess;
  /** Normal memory that is cached. */
  cached: boolean;
  /** Device or strongly-ordered memory. */
  device: boolean;
  executeNever: boolean;
}

/** Consecutive entries that lead to consecutive addresses and are otherwise alike. */
export interface TableRun extends TableEntry {
  entries: number;
}

const BYTES_OF_KIND: Record<EntryKind, number> = {
  table: 0x400,
  section: 0x100000,
  supersection: 0x100000,
  "large page": 0x1000,
  page: 0x1000,
};

/** Difference between the addresses of neighbouring entries in a run, in bytes. */
export function bytesPerEntry(kind: EntryKind): number {
  return BYTES_OF_KIND[kind];
}

/** User code's rights according to AP[2:0]. */
function userAccess(ap: number): UserAccess {
  switch (ap) {
    case 0b011:
      return "rw";
    case 0b010:
    case 0b110:
    case 0b111:
      return "r";
    default:
      return "";
  }
}

/** Memory type from TEX, C and B with TEX remap off (table B3-10). */
function memoryType(tex: number, c: number, b: number): { cached: boolean; device: boolean } {
  if (tex & 0b100) return { cached: (tex & 0b11) !== 0, device: false };
  if (tex === 0) return { cached: c === 1, device: c === 0 };
  if (tex === 1) return { cached: c === 1 && b === 1, device: false };
  return { cached: false, device: true };
}

function bits(word: number, high: number, low: number): number {
  return (word >>> low) & (2 ** (high - low + 1) - 1);
}

function decodeL1(word: number, index: number): TableEntry | null {
  if (bits(word, 1, 0) === 0) return null;
  if (bits(word, 1, 0) === 1) {
    const address = (word & ~0x3ff) >>> 0;
    return { index, kind: "table", address, access: "", cached: false, device: false, executeNever: false };
  }
  const isSuper = bits(word, 18, 18) === 1;
  return {
    index,
    kind: isSuper ? "supersection" : "section",
    address: isSuper ? ((word & 0xff000000) >>> 0) + (index % 16) * 0x100000 : (word & 0xfff00000) >>> 0,
    access: userAccess((bits(word, 15, 15) << 2) | bits(word, 11, 10)),
    ...memoryType(bits(word, 14, 12), bits(word, 3, 3), bits(word, 2, 2)),
    executeNever: bits(word, 4, 4) === 1,
  };
}

function decodeL2(word: number, index: number): TableEntry | null {
  if (bits(word, 1, 0) === 0) return null;
  const isLarge = bits(word, 1, 0) === 1;
  return {
    index,
    kind: isLarge ? "large page" : "page",
    address: isLarge ? ((word & 0xffff0000) >>> 0) + (index % 16) * 0x1000 : (word & 0xfffff000) >>> 0,
    access: userAccess((bits(word, 9, 9) << 2) | bits(word, 5, 4)),
    ...memoryType(isLarge ? bits(word, 14, 12) : bits(word, 8, 6), bits(word, 3, 3), bits(word, 2, 2)),
    executeNever: isLarge ? bits(word, 15, 15) === 1 : bits(word, 0, 0) === 1,
  };
}

function readTable(
  reader: MemoryReader,
  base: number,
  entries: number,
  decode: (word: number, index: number) => TableEntry | null,
): TableEntry[] {
  const valid: TableEntry[] = [];
  for (let index = 0; index < entries; index++) {
    const entry = decode(reader.u32(base + 4 * index), index);
    if (entry) valid.push(entry);
  }
  return valid;
}

/** Reads the valid entries of the L1 table at a physical address. */
export function readL1Table(reader: MemoryReader, base: number, entries: number = ARM_L1_ENTRIES): TableEntry[] {
  return readTable(reader, base, entries, decodeL1);
}

/** Reads the valid entries of the L2 table at a physical address. */
export function readL2Table(reader: MemoryReader, base: number): TableEntry[] {
  return readTable(reader, base, ARM_L2_ENTRIES, decodeL2);
}

export function readL1Entry(reader: MemoryReader, base: number, index: number): TableEntry | null {
  return decodeL1(reader.u32(base + 4 * index), index);
}

export function readL2Entry(reader: MemoryReader, base: number, index: number): TableEntry | null {
  return decodeL2(reader.u32(base + 4 * index), index);
}

function continues(run: TableRun, entry: TableEntry): boolean {
  return (
    entry.index === run.index + run.entries &&
    entry.address === run.address + run.entries * bytesPerEntry(run.kind) &&
    entry.kind === run.kind &&
    entry.access === run.access &&
    entry.cached === run.cached &&
    entry.device === run.device &&
    entry.executeNever === run.executeNever
  );
}

/** Merges consecutive entries of one table while index and address rise together. */
export function mergeRuns(entries: readonly TableEntry[]): TableRun[] {
  const runs: TableRun[] = [];
  for (const entry of entries) {
    const last = runs.at(-1);
    if (last && continues(last, entry)) last.entries++;
    else runs.push({ ...entry, entries: 1 });
  }
  return runs;
}
