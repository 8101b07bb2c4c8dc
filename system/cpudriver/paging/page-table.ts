/** Page tables as memory: reading and writing entries. The only place that touches them. */
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

/** Writes `count` entries from physical address `pte` on: `descriptor`, then each greater by `step`. */
export function writeEntries(pte: u32, count: u32, descriptor: u32, step: u32): void {
  const first = localPhysToMem(pte);
  for (let i: u32 = 0; i < count; i++) {
    store<u32>(first + (usize(i) << ENTRY_BITS), descriptor);
    descriptor += step;
  }
  cleanDataCache(pte, count << ENTRY_BITS);
}

/** Makes `count` entries from physical address `pte` on fault. */
export function clearEntries(pte: u32, count: u32): void {
  memory.fill(localPhysToMem(pte), 0, usize(count) << ENTRY_BITS);
  cleanDataCache(pte, count << ENTRY_BITS);
}

/** Is one of `count` entries of a table, from `index` on, in use? */
export function anyEntryValid(table: u32, index: u32, count: u32): bool {
  for (let i: u32 = 0; i < count; i++) {
    if (descriptorIsValid(readEntry(table, index + i))) return true;
  }
  return false;
}
