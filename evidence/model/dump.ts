/**
 * Writes the model's state in the form in which traces end: every capability with its relations, and every page table.
 */
import type { CapRow, Dump, Flag, RunRow, TableRow } from "../../observe/traces/trace";
import { type Capability, isCopy, isDescendant, type Slot } from "./capability";
import type { CSpace } from "./cspace";
import { isVNode } from "./object-types";
import type { PageTableEntry, PageTables } from "./page-tables";

export function dumpState(space: CSpace, tables: PageTables): Dump {
  const slots = space.slots();
  return {
    dump: slots.map((slot) => capRow(space, slot)),
    tables: tableSlots(space).map((slot) => tableRow(tables, slot, space.at(slot)!.base)),
  };
}

function capRow(space: CSpace, slot: Slot): CapRow {
  const cap = space.at(slot)!;
  const flag = (condition: (other: Capability) => boolean): Flag => (space.where(condition, slot).length > 0 ? 1 : 0);
  return [
    slot,
    cap.type,
    cap.base,
    cap.bytes,
    flag((other) => isCopy(other, cap)),
    flag((other) => other.bytes > 0 && isDescendant(other, cap, space.at)),
    flag((other) => isDescendant(cap, other, space.at)),
  ];
}

/** The lowest slot of each page table. */
function tableSlots(space: CSpace): Slot[] {
  const isFirst = (cap: Capability, slot: Slot): boolean =>
    isVNode(cap.type) && !space.where((other, s) => s < slot && isCopy(other, cap)).length;
  return space.where(isFirst);
}

function tableRow(tables: PageTables, slot: Slot, base: number): TableRow {
  const entries = tables.entries(base);
  const runs: RunRow[] = [];
  for (const [index, entry] of entries) {
    const run = runs.at(-1);
    if (run && continues(run, index, entry)) run[1]++;
    else runs.push(newRun(index, entry));
  }
  return { slot, valid: entries.length, runs };
}

const UNIT_BYTES = { page: 4096, section: 0x100000, table: 1024 } as const;

function continues(run: RunRow, index: number, entry: PageTableEntry): boolean {
  const [first, count, kind, address] = run;
  return (
    index === first + count &&
    kind === entry.kind &&
    entry.address === address + count * UNIT_BYTES[kind] &&
    (run[2] === "table" || (run[4] === entry.access && run[5] === cachedFlag(entry)))
  );
}

function newRun(index: number, entry: PageTableEntry): RunRow {
  if (entry.kind === "table") return [index, 1, "table", entry.address];
  return [index, 1, entry.kind, entry.address, entry.access, cachedFlag(entry)];
}

/** The flag for caching. Devices are never cached, even if the program asks for it. */
function cachedFlag({ cached, memory }: PageTableEntry): Flag {
  return cached && memory ? 1 : 0;
}
