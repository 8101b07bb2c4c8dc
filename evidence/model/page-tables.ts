/**
 * Page tables as what they mean: a map from entry number to what stands there.
 *
 * A table belongs to the object, not to a capability: all copies of a VNode share it. It is known by its base.
 */

import type { MemoryRange } from "../../observe/traces/trace";

export type Access = "rw" | "r" | "";

export interface PageTableEntry {
  readonly kind: "page" | "section" | "table";
  readonly address: number;
  /** What the program may do; nothing for tables. */
  readonly access: Access;
  /** Did the program leave caching on? Devices are not cached whatever this says: see `memory`. */
  readonly cached: boolean;
  readonly executable: boolean;
  /** Does it lead to memory, and not to a device? */
  readonly memory: boolean;
}

export const L1_ENTRIES = 4096;
export const L2_ENTRIES = 256;
/** Entries of an L1 table that belong to programs; behind them is the CPU driver's half. */
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

  /** Entries in whatever order. */
  valid(table: number): Iterable<readonly [number, PageTableEntry]> {
    return this.tables.get(table) ?? [];
  }

  /** Entries in rising order. A table nobody wrote to has none. */
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

  /** The table is no more. */
  drop(table: number): void {
    this.tables.delete(table);
  }

  /** A page or section as the flags ask for it; devices are never executed. */
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
