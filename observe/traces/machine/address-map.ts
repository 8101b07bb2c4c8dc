/**
 * Where the memory of a trace lies on a board, and what stands there for what.
 *
 * Traces were recorded without real devices: what they call a device or a reserved range is memory like any other, only
 * that the memory map says so. Where a board has no DRAM at such an address, the CPU driver would rightly map it as
 * device memory, never cached, and the page tables would tell another story than the trace. So a range that must have
 * memory behind it and has none is moved to where there is some, and all addresses in it are translated both ways.
 */
import type { Region } from "../../../machines/boards/board";
import type { InitialCap, Setting } from "../trace";

/** RAM for the CPU driver, init and what a trace does not see, at the beginning of the board's. */
export const LOW_RAM_BYTES = 16 << 20;

/** Moved ranges keep their place within this unit, which is the largest that any alignment asks for. */
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
      // Without a place it stays where it is, and the replay will find that the board does not have it.
      if (place === null) continue;
      this.moves.push({ theirs: region.base, ours: place.base, bytes: region.bytes });
      taken.push(place);
    }
  }

  /** `bytes` at the trace's address `theirs` are at `ours` on the board. */
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

/** The lowest room in `usable` that is not taken. */
function placeFor({ base, bytes }: Region, usable: Region, taken: readonly Region[]): Region | null {
  const inUnit = base % UNIT;
  const first = usable.base - (usable.base % UNIT) + inUnit;
  for (let at = first < usable.base ? first + UNIT : first; isWithin({ base: at, bytes }, usable); at += UNIT) {
    const place = { base: at, bytes };
    if (!taken.some((region) => overlap(region, place))) return place;
  }
  return null;
}
