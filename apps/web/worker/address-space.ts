/** The program's address space at one moment: its regions with the capabilities behind them, and libaos's ranges. */
import type { CapabilityColumns } from "../../../observe/columns/capabilities";
import { addressesOf, readCSpaceColumns } from "../../../observe/columns/cspace";
import type { MemoryWords } from "../../../observe/columns/memory-words";
import { type RegionColumns, readRegions } from "../../../observe/columns/regions";
import { VirtualMemory } from "../../../observe/columns/virtual-memory";
import { decodeSlot } from "../../../observe/decode/capability";
import { Damage, readable } from "../../../observe/decode/damage";
import { decodeDomain } from "../../../observe/decode/user/domain";
import { decodePagingState, type Range } from "../../../observe/decode/user/paging-state";

/** What is mapped, and by what: one element for each region. */
export interface SpaceColumns extends RegionColumns {
  /** Physical address of the mapping capability's slot; 0 if there is none. */
  readonly mappingAt: Uint32Array;
  /** Capability address of the mapping, and of the capability that is mapped; 0 if there is none in the CSpace. */
  readonly mappingAddress: Uint32Array;
  readonly sourceAddress: Uint32Array;
  /** The capability that is mapped: its type (0 if there is none), address and size. */
  readonly sourceType: Uint8Array;
  readonly sourceBase: Float64Array;
  readonly sourceBytes: Float64Array;
  /** libaos's ranges, in order of address; none if its record cannot be read. */
  readonly ranges: number;
  readonly rangeVa: Uint32Array;
  readonly rangeBytes: Float64Array;
  /** Index in `RANGE_STATES`. */
  readonly rangeState: Uint8Array;
}

export const RANGE_STATES: readonly Range["state"][] = ["free", "claimed", "mapped"];

/** The parts of a moment that are read. */
interface Program {
  memory: MemoryWords;
  capabilities: CapabilityColumns;
  domainState: number | null;
}

export function readSpace({ memory, capabilities, domainState }: Program): SpaceColumns {
  const regions = readRegions(memory, capabilities);
  const { count, mapping, source, root } = regions;
  const cspace = readCSpaceColumns(memory);
  const mappingAt = Uint32Array.from(mapping, (index) => (index < 0 ? 0 : (capabilities.at[index] as number)));
  const sources = [...source].map((at) => (memory.holds(at, 64) ? decodeSlot(memory.reader, at) : null));
  const damage = new Damage();
  const ranges =
    root === 0 || domainState === null ? [] : rangesOf(new VirtualMemory(memory, root), domainState, damage);
  return {
    ...regions,
    mappingAt,
    mappingAddress: addressesOf(memory, { count, at: mappingAt }, cspace).address,
    sourceAddress: addressesOf(memory, { count, at: source }, cspace).address,
    sourceType: Uint8Array.from(sources, (each) => each?.type ?? 0),
    sourceBase: Float64Array.from(sources, (each) => each?.base ?? 0),
    sourceBytes: Float64Array.from(sources, (each) => each?.bytes ?? 0),
    ranges: ranges.length,
    rangeVa: Uint32Array.from(ranges, ({ va }) => va),
    rangeBytes: Float64Array.from(ranges, ({ bytes }) => bytes),
    rangeState: Uint8Array.from(ranges, ({ state }) => RANGE_STATES.indexOf(state)),
    damage: [...regions.damage, ...damage.notes],
  };
}

function rangesOf(memory: VirtualMemory, at: number, damage: Damage): Range[] {
  const domain = readable(damage, "domain", at, () => decodeDomain(memory, at, damage));
  if (!domain || domain.paging === 0) return [];
  const { paging } = domain;
  return readable(damage, "address space", paging, () => decodePagingState(memory, paging, damage).ranges) ?? [];
}
