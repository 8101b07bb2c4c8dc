/** Decodes an address space: the page tables below one root, as ranges of virtual addresses. */
import { ARM_L1_USER_ENTRIES } from "../../system/kpi/types";
import { type Damage, readable, Unreadable } from "./damage";
import type { MemoryReader } from "./memory-reader";
import { bytesPerEntry, readL1Entry, readL1Table, readL2Entry, readL2Table, type TableEntry } from "./page-table";

const SECTION_BITS = 20;
const PAGE_BITS = 12;
const SECTION_BYTES = 2 ** SECTION_BITS;
const PAGE_BYTES = 2 ** PAGE_BITS;

/** A range of virtual addresses that maps to one range of physical addresses with the same attributes. */
export interface MappedRange {
  va: number;
  bytes: number;
  pa: number;
  kind: "section" | "page";
  access: TableEntry["access"];
  cached: boolean;
  device: boolean;
  executeNever: boolean;
}

export interface L2TableView {
  /** First virtual address that the table translates. */
  va: number;
  /** Physical address of the table. */
  base: number;
  valid: number;
}

export interface AddressSpace {
  /** Physical address of the L1 table. */
  root: number;
  tables: L2TableView[];
  ranges: MappedRange[];
}

function rangeOf(va: number, entry: TableEntry): MappedRange {
  const { address, kind, access, cached, device, executeNever } = entry;
  const bytes = bytesPerEntry(kind);
  const isPage = kind === "page" || kind === "large page";
  return { va, bytes, pa: address, kind: isPage ? "page" : "section", access, cached, device, executeNever };
}

function continues(last: MappedRange, next: MappedRange): boolean {
  return (
    next.va === last.va + last.bytes &&
    next.pa === last.pa + last.bytes &&
    next.kind === last.kind &&
    next.access === last.access &&
    next.cached === last.cached &&
    next.device === last.device &&
    next.executeNever === last.executeNever
  );
}

/** Reads the lower half of the address space below the L1 table at a physical address. Merges ranges across tables. */
export function readAddressSpace(reader: MemoryReader, root: number, damage?: Damage): AddressSpace {
  const tables: L2TableView[] = [];
  const ranges: MappedRange[] = [];
  const add = (range: MappedRange) => {
    const last = ranges.at(-1);
    if (last && continues(last, range)) last.bytes += range.bytes;
    else ranges.push(range);
  };
  const top = readable(damage, "L1 table", root, () => readL1Table(reader, root, ARM_L1_USER_ENTRIES));
  for (const first of top ?? []) {
    const va = first.index * SECTION_BYTES;
    if (first.kind !== "table") {
      add(rangeOf(va, first));
      continue;
    }
    const entries = readable(damage, "L2 table", first.address, () => readL2Table(reader, first.address)) ?? [];
    tables.push({ va, base: first.address, valid: entries.length });
    for (const entry of entries) add(rangeOf(va + entry.index * PAGE_BYTES, entry));
  }
  return { root, tables, ranges };
}

/** Translates a virtual address without regard to access rights. Returns null if it is not mapped. */
export function translate(reader: MemoryReader, root: number, va: number): number | null {
  const first = readL1Entry(reader, root, va >>> SECTION_BITS);
  if (!first) return null;
  if (first.kind !== "table") return first.address + (va % SECTION_BYTES);
  const second = readL2Entry(reader, first.address, (va >>> PAGE_BITS) & 0xff);
  return second && second.address + (va % PAGE_BYTES);
}

/** Memory as a program sees it. A number must not cross a page; an aligned number never does. */
export class VirtualReader implements MemoryReader {
  constructor(
    private readonly physical: MemoryReader,
    private readonly root: number,
  ) {}

  u8(address: number): number {
    return this.physical.u8(this.translate(address));
  }

  u16(address: number): number {
    return this.physical.u16(this.translate(address));
  }

  u32(address: number): number {
    return this.physical.u32(this.translate(address));
  }

  u64(address: number): number {
    return this.u32(address) + this.u32(address + 4) * 2 ** 32;
  }

  private translate(address: number): number {
    const pa = translate(this.physical, this.root, address);
    if (pa === null) throw new Unreadable("not mapped");
    return pa;
  }
}
