/**
 * Finds out what a system call changed: slots, mappings, and entries of page tables.
 *
 * The tracker remembers every capability of the mapping database. After a call it reads the slots that the call names.
 * If the CPU driver's own counts then differ from what it remembers, it reads the whole database again.
 */

import { CteWord } from "../../system/cpudriver/layout/cte-layout";
import { ObjType } from "../../system/kpi/object-types";
import { ARM_L1_USER_ENTRIES } from "../../system/kpi/types";
import { type Capability, decodeSlot } from "../decode/capability";
import { decodeKernelState, type KernelState } from "../decode/kernel-state";
import { readMappingDatabase } from "../decode/mapping-database";
import type { PhysicalReader } from "../decode/memory-reader";
import { mergeRuns, readL1Entry, readL1Table, readL2Entry, type TableEntry, type TableRun } from "../decode/page-table";
import { type Place, Places } from "./places";

export interface SlotChange {
  what: "filled" | "emptied" | "changed";
  place: Place;
  /** The capability: after the call, or before it if the slot was emptied. */
  capability: Capability;
}

export interface EntryChange {
  what: "mapped" | "unmapped" | "remapped";
  /** Level of the table: 1 for sections and tables, 2 for pages. */
  level: 1 | 2;
  /** Physical address of the table. */
  table: number;
  /** Number of the first entry. */
  entry: number;
  entries: number;
  /** First virtual address; null if the table is not in the program's address space. */
  virtual: number | null;
  /** Bytes of virtual addresses. */
  bytes: number;
  /** The entries, which lead to consecutive addresses; null for entries that were cleared. */
  leadsTo: Pick<TableRun, "kind" | "address" | "access" | "cached" | "device" | "executeNever"> | null;
}

export type Change = SlotChange | EntryChange;

/** The entries of a mapping. */
interface Entries {
  pte: number;
  count: number;
}

const ENTRY_BYTES = 4;
const SECTION_BYTES = 0x100000;
const PAGE_BYTES = 0x1000;
const L2_TABLE_BYTES = 0x400;
const L1_TABLE_BYTES = 0x4000;

const isLive = (capability: Capability | undefined) => capability?.mapping !== undefined && !capability.mapping.isVoid;

function isSame(a: Capability, b: Capability): boolean {
  return (
    a.type === b.type &&
    a.base === b.base &&
    a.bytes === b.bytes &&
    a.rights === b.rights &&
    a.mapping?.isVoid === b.mapping?.isVoid &&
    a.mapping?.pte === b.mapping?.pte
  );
}

/** Leaves out the slots that have a new place in memory, but the same address and contents, after a root was replaced. */
function withoutMoves(changes: readonly SlotChange[]): SlotChange[] {
  const keyOf = ({ place, capability: { type, base, bytes } }: SlotChange) =>
    place.address === null ? null : [place.level, place.address, type, base, bytes].join();
  const keysOf = (what: SlotChange["what"]) => new Set(changes.filter((c) => c.what === what).map(keyOf));
  const [filled, emptied] = [keysOf("filled"), keysOf("emptied")];
  return changes.filter((change) => {
    const key = keyOf(change);
    const isMove = change.what !== "changed" && filled.has(key) && emptied.has(key);
    return key === null || !isMove;
  });
}

export class ChangeTracker {
  places: Places;
  private readonly known = new Map<number, Capability>();
  private liveMappings = 0;
  /** Number of capabilities for each page table, by base. */
  private readonly tables = new Map<number, { type: ObjType; copies: number }>();
  /** First virtual address of each L2 table in the program's address space; null if it must be read again. */
  private l2Addresses: Map<number, number> | null = null;

  constructor(
    private readonly memory: PhysicalReader,
    private readonly kernelState: number,
  ) {
    this.places = new Places(memory, kernelState);
    for (const capability of readMappingDatabase(memory, this.state())) this.set(capability.at, capability);
  }

  /** Prepares for a call: what it removes must have its addresses. */
  before(): void {
    this.l2Addresses ??= this.readL2Addresses();
  }

  /** Slots with the mappings made from a slot. */
  mappingsOf(capability: Capability): number[] {
    const found: number[] = [];
    for (const [at, { mapping }] of this.chain(capability)) if (mapping) found.push(at);
    return found;
  }

  /**
   * The changes of a call. `slots` are the physical addresses of slots that it names, `modified` are the entries that
   * it writes without a change of a slot. `isWide` says that a call can change any slot without changing the counts.
   */
  after(slots: readonly number[], modified: Entries | null, isWide: boolean): Change[] {
    const old = this.places;
    const differing = new Map<number, [Capability | undefined, Capability | undefined]>();
    const compare = (at: number, now: Capability | undefined) => {
      const before = this.known.get(at);
      if (before === undefined ? now === undefined : now !== undefined && isSame(before, now)) return;
      differing.set(at, [before, now]);
      this.set(at, now);
    };
    if (!isWide) for (const at of slots) compare(at, decodeSlot(this.memory, at) ?? undefined);
    const state = this.state();
    if (isWide || state.mdbCount !== this.known.size || state.liveMappings !== this.liveMappings) {
      const all = new Map(readMappingDatabase(this.memory, state).map((capability) => [capability.at, capability]));
      for (const at of [...this.known.keys()]) if (!all.has(at)) compare(at, undefined);
      for (const [at, capability] of all) compare(at, capability);
    }
    if (differing.size === 0) return modified ? this.entryChanges("remapped", modified) : [];
    return this.describe(differing, old);
  }

  private describe(differing: Map<number, [Capability | undefined, Capability | undefined]>, old: Places): Change[] {
    const pairs = [...differing.values()];
    const isAnyOf = (types: ObjType[]) =>
      pairs.some((pair) => pair.some((found) => found && types.includes(found.type)));
    if (isAnyOf([ObjType.L1CNode, ObjType.L2CNode, ObjType.Dispatcher])) {
      this.places = new Places(this.memory, this.kernelState);
    }
    const slots: SlotChange[] = [];
    for (const [at, [before, now]] of differing) {
      const what = before === undefined ? "filled" : now === undefined ? "emptied" : "changed";
      const place = (now ? this.places : old).placeOf(at);
      slots.push({ what, place, capability: (now ?? before) as Capability });
    }
    const changes: Change[] = old === this.places ? slots : withoutMoves(slots);
    for (const [before, now] of pairs) {
      if (before?.mapping && isLive(before) && !isLive(now)) changes.push(...this.cleared(before.mapping));
    }
    if (isAnyOf([ObjType.VNode_ARM_l2_Mapping, ObjType.Dispatcher])) this.l2Addresses = this.readL2Addresses();
    for (const [before, now] of pairs) {
      if (now?.mapping && isLive(now) && !isLive(before)) changes.push(...this.entryChanges("mapped", now.mapping));
    }
    return changes;
  }

  private state(): KernelState {
    return decodeKernelState(this.memory, this.kernelState);
  }

  private set(at: number, now: Capability | undefined): void {
    const before = this.known.get(at);
    this.liveMappings += Number(isLive(now)) - Number(isLive(before));
    if (before) this.countTable(before, -1);
    if (now) this.countTable(now, 1);
    if (now) this.known.set(at, now);
    else this.known.delete(at);
  }

  private countTable({ type, base }: Capability, by: number): void {
    if (type !== ObjType.VNode_ARM_l1 && type !== ObjType.VNode_ARM_l2) return;
    const copies = (this.tables.get(base)?.copies ?? 0) + by;
    if (copies > 0) this.tables.set(base, { type, copies });
    else this.tables.delete(base);
  }

  /** The mappings made from a slot, the latest first. */
  private *chain({ firstMapping }: Capability): Generator<[number, Capability]> {
    let at = firstMapping ?? null;
    for (let left = this.known.size; at !== null && left > 0; left--) {
      const mapping = decodeSlot(this.memory, at);
      if (!mapping) return;
      yield [at, mapping];
      at = this.memory.pointer(at + CteWord.FRAME_NEXT);
    }
  }

  private tableAt(pte: number): { base: number; level: 1 | 2 } | null {
    const aligned = pte - (pte % L2_TABLE_BYTES);
    if (this.tables.get(aligned)?.type === ObjType.VNode_ARM_l2) return { base: aligned, level: 2 };
    for (let base = aligned; base > pte - L1_TABLE_BYTES; base -= L2_TABLE_BYTES) {
      if (this.tables.get(base)?.type === ObjType.VNode_ARM_l1) return { base, level: 1 };
    }
    return null;
  }

  private readL2Addresses(): Map<number, number> {
    const { l1Table } = this.places;
    const addresses = new Map<number, number>();
    if (l1Table === null) return addresses;
    for (const { kind, address, index } of readL1Table(this.memory, l1Table, ARM_L1_USER_ENTRIES)) {
      if (kind === "table" && !addresses.has(address)) addresses.set(address, index * SECTION_BYTES);
    }
    return addresses;
  }

  private virtualOf(table: number, level: 1 | 2, entry: number): number | null {
    if (level === 1) return table === this.places.l1Table ? entry * SECTION_BYTES : null;
    const first = this.l2Addresses?.get(table);
    return first === undefined ? null : first + entry * PAGE_BYTES;
  }

  private readEntry(table: number, level: 1 | 2, index: number): TableEntry | null {
    return (level === 1 ? readL1Entry : readL2Entry)(this.memory, table, index);
  }

  /** Entries that a mapping lost. Empty if they were not cleared, because their table is gone. */
  private cleared({ pte, count }: Entries): EntryChange[] {
    const found = this.tableAt(pte);
    if (!found) return [];
    const entry = (pte - found.base) / ENTRY_BYTES;
    const where = { level: found.level, table: found.base, entry, entries: count };
    const virtual = this.virtualOf(found.base, found.level, entry);
    const bytes = count * (found.level === 1 ? SECTION_BYTES : PAGE_BYTES);
    return [{ what: "unmapped", ...where, virtual, bytes, leadsTo: null }];
  }

  private entryChanges(what: "mapped" | "remapped", { pte, count }: Entries): EntryChange[] {
    const found = this.tableAt(pte);
    if (!found) return [];
    const { base: table, level } = found;
    const first = (pte - table) / ENTRY_BYTES;
    const entries: TableEntry[] = [];
    for (let index = first; index < first + count; index++) {
      const entry = this.readEntry(table, level, index);
      if (entry) entries.push(entry);
    }
    return mergeRuns(entries).map(({ index, entries: length, ...leadsTo }) => ({
      what,
      level,
      table,
      entry: index,
      entries: length,
      virtual: this.virtualOf(table, level, index),
      bytes: length * (level === 1 ? SECTION_BYTES : PAGE_BYTES),
      leadsTo,
    }));
  }
}
