/** The walk of the selected address: the address itself, or the first one at which the selection is mapped. */
import type { CapabilityColumns } from "../../../observe/columns/capabilities";
import type { MemoryWords } from "../../../observe/columns/memory-words";
import { type RegionColumns, readRegions } from "../../../observe/columns/regions";
import {
  decodeMmuRegisters,
  decodeTlbEntry,
  type MmuRegisters,
  type TlbEntry,
} from "../../../observe/decode/mmu-state";
import { type PageWalk, staleness, walkPage } from "../../../observe/decode/page-walk";
import type { Selection } from "../selection";

export interface SelectedWalk {
  /** Null if the selection is not mapped, or nothing is. */
  walk: PageWalk | null;
  registers: MmuRegisters;
  /** The entry in which the TLB keeps the page, and whether it is stale; null if it does not hold the page. */
  tlb: TlbEntry | null;
  stale: { isStale: boolean; because: string } | null;
  /** All virtual addresses at which the selection is mapped. */
  addresses: Uint32Array;
}

interface Machine {
  memory: MemoryWords;
  capabilities: CapabilityColumns;
  /** TLB and registers. */
  machinePage: DataView;
  selection: Selection | null;
}

export function readWalk({ memory, capabilities, machinePage, selection }: Machine): SelectedWalk {
  const registers = decodeMmuRegisters(machinePage);
  const addresses = addressesOfSelection(selection, readRegions(memory, capabilities), capabilities);
  const va = addresses[0];
  if (va === undefined) return { walk: null, registers, tlb: null, stale: null, addresses };
  const walk = walkPage(memory.reader, registers, va);
  const tlb = decodeTlbEntry(machinePage, va);
  return { walk, registers, tlb, stale: staleness(tlb, walk), addresses };
}

const PAGE_BYTES = 0x1000;
const indices = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** The virtual addresses at which a selection begins in the program's address space. Without one, the first address. */
export function addressesOfSelection(
  selection: Selection | null,
  regions: RegionColumns,
  capabilities: CapabilityColumns,
): Uint32Array {
  const { count, va, bytes, pa, mapping, source, tables, tableVa, tableBase } = regions;
  const at = (i: number, offset = 0) => ((va[i] as number) + offset) >>> 0;
  const all = indices(count);
  if (selection === null) return va.slice(0, 1);
  switch (selection.kind) {
    case "address":
      return Uint32Array.of(selection.va);
    case "entry":
      return Uint32Array.from(addressesOfEntry(selection.at, regions));
    case "slot": {
      const isOf = (i: number) => source[i] === selection.at || capabilities.at[mapping[i] as number] === selection.at;
      return Uint32Array.from(all.filter(isOf).map((i) => at(i)));
    }
    case "page":
    case "capability": {
      const { base } = selection;
      const end = base + (selection.kind === "page" ? PAGE_BYTES : Math.max(1, selection.bytes));
      const reaches = (i: number) => (pa[i] as number) < end && (pa[i] as number) + (bytes[i] as number) > base;
      const mapped = all.filter(reaches).map((i) => at(i, Math.max(0, base - (pa[i] as number))));
      // A page table is not mapped itself; the addresses that it translates lead to it.
      const isTable = (i: number) => (tableBase[i] as number) >= base && (tableBase[i] as number) < end;
      return Uint32Array.from([
        ...mapped,
        ...indices(tables)
          .filter(isTable)
          .map((i) => tableVa[i] as number),
      ]);
    }
  }
}

/** An entry of the L1 table translates a MiB; one of an L2 table translates a page wherever its table is. */
function addressesOfEntry(at: number, { root, tables, tableVa, tableBase }: RegionColumns): number[] {
  if (at >= root && at < root + 0x4000) return [((at - root) >>> 2) * 0x100000];
  return indices(tables).flatMap((i) => {
    const offset = at - (tableBase[i] as number);
    return offset >= 0 && offset < 0x400 ? [(tableVa[i] as number) + (offset >>> 2) * 0x1000] : [];
  });
}
