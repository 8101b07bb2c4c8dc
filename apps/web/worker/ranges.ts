/** The bytes of physical memory that a selection stands for, at a moment. */
import type { PhysicalRange } from "../../../machines/hosted/recording/recording";
import { readL1Entry } from "../../../observe/decode/page-table";
import { BASE_PAGE_SIZE, OBJSIZE_CTE } from "../../../system/kpi/types";
import type { Selection } from "../selection";
import type { Source } from "./source";

const ENTRY_BYTES = 4;

const range = (start: number, bytes: number): PhysicalRange => ({ start, end: start + bytes });

/** Physical address of the entry that translates a virtual address. */
function entryOf(va: number, { memory, ttbr0 }: Source): number {
  const l1 = ttbr0 + ENTRY_BYTES * (va >>> 20);
  const first = readL1Entry(memory.reader, ttbr0, va >>> 20);
  return first?.kind === "table" ? first.address + ENTRY_BYTES * ((va >>> 12) & 0xff) : l1;
}

/**
 * A page stands for its bytes, a slot and an entry for theirs, a capability for all slots that hold it at the moment, and
 * a virtual address for the page-table entry that translates it.
 */
export function rangesOf(selection: Selection, source: Source): PhysicalRange[] {
  switch (selection.kind) {
    case "page":
      return [range(selection.base, BASE_PAGE_SIZE)];
    case "slot":
      return [range(selection.at, OBJSIZE_CTE)];
    case "entry":
      return [range(selection.at, ENTRY_BYTES)];
    case "address":
      return [range(entryOf(selection.va, source), ENTRY_BYTES)];
    case "capability": {
      const { at, type, base, bytes } = source.capabilities;
      const isIt = (i: number) =>
        type[i] === selection.type && base[i] === selection.base && bytes[i] === selection.bytes;
      return Array.from(at)
        .filter((_, i) => isIt(i))
        .map((slot) => range(slot, OBJSIZE_CTE));
    }
  }
}
