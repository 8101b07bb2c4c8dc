/**
 * Decides where the memory of a trace lies on a board, and translates addresses in both directions.
 *
 * Traces are recorded without real devices. A range that a trace calls device or reserved is ordinary memory; only the
 * memory map gives it another type. If a board has no DRAM at such an address, the CPU driver correctly maps it as
 * device memory, never cached, and the page tables differ from the trace. So if a range needs DRAM and the board has
 * none there, the range moves to an address with DRAM.
 */
import type { Region } from "../../../machines/boards/board";
import type { InitialCap, Setting } from "../trace";

/**
 * RAM at the beginning of the board's DRAM for the CPU driver, init and other objects that a trace does not contain.
 */
export const LOW_RAM_BYTES = 16 << 20;

/** A moved range keeps its offset within this unit, the largest alignment that any operation requires. */
const UNIT = 1 << 20;

interface Move {
  readonly theirs: number;
  readonly ours: number;
  readonly bytes: number;
}

const isWithin = ({ base, bytes }: Region, range: Region): boolean =>
  base >= range.base && base + bytes <= range.base + range.bytes;
const overlap = (a: Region, b: Region): boolean => a.base < b.base + b.bytes && b.base < a.base + a.bytes;

export class AddressMap {
  private readonly moves: Move[] = [];

  constructor(dram: Region, { caps, memory }: Pick<Setting, "caps" | "memory">) {
    const usable = { base: dram.base + LOW_RAM_BYTES, bytes: dram.bytes - LOW_RAM_BYTES };
    const regions: Region[] = caps.filter(({ type }) => type !== "VNode_ARM_l1");
    const taken = regions.filter((region) => isWithin(region, usable));
    for (const region of regions) {
      const isMemory = memory === undefined || isWithin(region, memory);
      if (!isMemory || taken.includes(region)) continue;
      const place = placeFor(region, usable, taken);
      // Without a place, the range stays where it is, and the replay reports that the board does not have it.
      if (place === null) continue;
      this.moves.push({ theirs: region.base, ours: place.base, bytes: region.bytes });
      taken.push(place);
    }
  }

  /** Records that `bytes` at the trace's address `theirs` are at `ours` on the board. */
  add(theirs: number, ours: number, bytes: number): void {
    this.moves.push({ theirs, ours, bytes });
  }

  toTrace(address: number): number {
    const move = this.moves.find(({ ours, bytes }) => address >= ours && address < ours + bytes);
    return move ? address - move.ours + move.theirs : address;
  }

  toBoard(address: number): number {
    const move = this.moves.find(({ theirs, bytes }) => address >= theirs && address < theirs + bytes);
    return move ? address - move.theirs + move.ours : address;
  }

  regionOnBoard({ base, bytes }: InitialCap): Region {
    return { base: this.toBoard(base), bytes };
  }
}

/** Finds the lowest free place in `usable`. */
function placeFor({ base, bytes }: Region, usable: Region, taken: readonly Region[]): Region | null {
  const inUnit = base % UNIT;
  const first = usable.base - (usable.base % UNIT) + inUnit;
  for (let at = first < usable.base ? first + UNIT : first; isWithin({ base: at, bytes }, usable); at += UNIT) {
    const place = { base: at, bytes };
    if (!taken.some((region) => overlap(region, place))) return place;
  }
  return null;
}
