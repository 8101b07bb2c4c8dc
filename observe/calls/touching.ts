/** What a search for changes looks for: an address, a slot, a page, or the memory of a capability. */
import { BASE_PAGE_SIZE, OBJSIZE_CTE } from "../../system/kpi/types";
import { translate } from "../decode/address-space";
import type { PhysicalReader } from "../decode/memory-reader";
import { formatAddress, parseCount } from "../text/quantities";
import { Places } from "./places";

export interface Sought {
  what: "address" | "slot" | "page" | "capability";
  address: number;
}

/** Physical addresses from `start` up to, and without, `end`. */
interface PhysicalRange {
  start: number;
  end: number;
}

const WORD = 4;
const FORM = /^(?:(slot|page|capability):)?(\S+)$/;

/** Parses `0x8026c000`, `slot:0x702`, `page:0x8026c000` or `capability:0x702`; null for another text. */
export function parseSought(text: string): Sought | null {
  const [, what = "address", number = ""] = FORM.exec(text) ?? [];
  const address = parseCount(number);
  return address === null || address >= 2 ** 32 ? null : { what: what as Sought["what"], address };
}

/** The physical memory that is sought, at the present moment; or a clause that says why there is none. */
export function memorySought(
  { what, address }: Sought,
  memory: PhysicalReader,
  kernelState: number,
): PhysicalRange | string {
  const places = new Places(memory, kernelState);
  switch (what) {
    case "slot": {
      const at = places.slotAt(address);
      return at === null ? `there is no slot ${formatAddress(address)}` : { start: at, end: at + OBJSIZE_CTE };
    }
    case "capability": {
      const at = places.slotAt(address);
      const holds = at === null ? null : places.lookUp(address, 2).holds;
      if (!holds) return `slot ${formatAddress(address)} holds nothing`;
      if (holds.bytes === 0) return `the ${holds.typeName} in slot ${formatAddress(address)} has no memory`;
      return { start: holds.base, end: holds.base + holds.bytes };
    }
    case "page":
    case "address": {
      const size = what === "page" ? BASE_PAGE_SIZE : WORD;
      const physical = physicalOf(address, memory, places);
      if (physical === null) return `${formatAddress(address)} is no DRAM and is not mapped`;
      const start = physical - (physical % size);
      return { start, end: start + size };
    }
  }
}

/** A physical address as it is; the physical address of a virtual one. */
function physicalOf(address: number, memory: PhysicalReader, { l1Table }: Places): number | null {
  if (address >= memory.base && address < memory.end) return address;
  return l1Table === null ? null : translate(memory, l1Table, address);
}
