/** Reads and writes page-table entries. No other file accesses page tables. */
import { cleanDataCache } from "../arch/armv7/hw";
import { localPhysToMem } from "../arch/armv7/phys";
import { descriptorIsValid } from "./descriptors";

const ENTRY_BITS: u32 = 2;

/** Physical address of entry `index` of the table at `table`. */
export function entryAddress(table: u32, index: u32): u32 {
  return table + (index << ENTRY_BITS);
}

export function readEntry(table: u32, index: u32): u32 {
  return load<u32>(localPhysToMem(entryAddress(table, index)));
}

/**
 * Writes `count` entries from physical address `pte` on. The first is `descriptor`, each next one is `step` greater.
 */
export function writeEntries(pte: u32, count: u32, descriptor: u32, step: u32): void {
  const first = localPhysToMem(pte);
  for (let i: u32 = 0; i < count; i++) {
    store<u32>(first + (usize(i) << ENTRY_BITS), descriptor);
    descriptor += step;
  }
  cleanDataCache(pte, count << ENTRY_BITS);
}

/** Turns `count` entries from physical address `pte` on into fault entries. */
export function clearEntries(pte: u32, count: u32): void {
  memory.fill(localPhysToMem(pte), 0, usize(count) << ENTRY_BITS);
  cleanDataCache(pte, count << ENTRY_BITS);
}

/** Is any of `count` entries of the table at physical address `table`, from `index` on, valid? */
export function anyEntryValid(table: u32, index: u32, count: u32): bool {
  for (let i: u32 = 0; i < count; i++) {
    if (descriptorIsValid(readEntry(table, index + i))) return true;
  }
  return false;
}
