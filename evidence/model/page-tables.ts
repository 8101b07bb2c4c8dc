/**
 * The meaning of page tables: for each table a map from entry number to entry.
 *
 * A table belongs to the object, not to a capability, so all copies of a VNode share it. Its base identifies it.
 */

import type { MemoryRange } from "../../observe/traces/trace";

export type Access = "rw" | "r" | "";

export interface PageTableEntry {
  readonly kind: "page" | "section" | "table";
  readonly address: number;
  /** The access rights of the program; empty for an entry that points to a table. */
  readonly access: Access;
  /** Did the program leave caching on? Devices are never cached; see `memory`. */
  readonly cached: boolean;
  readonly executable: boolean;
  /** Does the entry lead to memory rather than to a device? */
  readonly memory: boolean;
}

export const L1_ENTRIES = 4096;
export const L2_ENTRIES = 256;
/** Entries of an L1 table that belong to programs. The entries after them are the CPU driver's half. */
export const L1_USER_ENTRIES = 2048;

export const FLAGS = { read: 1, write: 2, execute: 4, noCache: 8, all: 15 } as const;

export class PageTables {
  private readonly tables = new Map<number, Map<number, PageTableEntry>>();

  constructor(readonly memory: MemoryRange) {}

  clone(): PageTables {
    const other = new PageTables(this.memory);
    for (const [table, entries] of this.tables) other.tables.set(table, new Map(entries));
    return other;
  }

  /** The valid entries, in no particular order. */
  valid(table: number): Iterable<readonly [number, PageTableEntry]> {
    return this.tables.get(table) ?? [];
  }

  /** The entries in ascending order; none if the table was never written. */
  entries(table: number): (readonly [number, PageTableEntry])[] {
    return [...this.valid(table)].sort(([a], [b]) => a - b);
  }

  snapshot(): unknown {
    return [...this.tables.keys()].sort((a, b) => a - b).map((table) => [table, this.entries(table)]);
  }

  entry(table: number, index: number): PageTableEntry | undefined {
    return this.tables.get(table)?.get(index);
  }

  anyValid(table: number, first: number, count: number): boolean {
    return this.entries(table).some(([index]) => index >= first && index < first + count);
  }

  set(table: number, index: number, entry: PageTableEntry): void {
    if (!this.tables.has(table)) this.tables.set(table, new Map());
    this.tables.get(table)!.set(index, entry);
  }

  clear(table: number, first: number, count: number): void {
    for (let index = first; index < first + count; index++) this.tables.get(table)?.delete(index);
  }

  /** Forgets a table that no longer exists. */
  drop(table: number): void {
    this.tables.delete(table);
  }

  /** The entry for a page or section with these flags. Devices are never executable. */
  leaf(kind: "page" | "section", address: number, flags: number): PageTableEntry {
    const memory = address >= this.memory.base && address < this.memory.base + this.memory.bytes;
    return {
      kind,
      address,
      access: flags & FLAGS.write ? "rw" : flags & FLAGS.read ? "r" : "",
      cached: (flags & FLAGS.noCache) === 0,
      executable: memory && (flags & FLAGS.execute) !== 0,
      memory,
    };
  }

  table(address: number): PageTableEntry {
    return { kind: "table", address, access: "", cached: false, executable: false, memory: true };
  }
}
