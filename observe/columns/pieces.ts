/**
 * The pieces of libmm's memory manager as columns, region after region and in order of address, with figures about
 * fragmentation. 32,000 pieces take about 3 ms.
 */
import { SlabsLayout } from "../../system/libaos/layout/slab-layout";
import { MmLayout, MmNodeLayout, MmRegionLayout, NodeType } from "../../system/libmm/layout/mm-layout";
import { Damage, decodeList, readable, Unreadable } from "../decode/damage";
import type { VirtualMemory } from "./virtual-memory";

export interface PieceColumns {
  readonly count: number;
  /** Virtual address of the record. */
  readonly at: Uint32Array;
  /** First page, as a physical page number. */
  readonly page: Uint32Array;
  /** Number of pages. */
  readonly pages: Uint32Array;
  /** A `NodeType`. */
  readonly type: Uint8Array;
  /** The regions: the capabilities that the manager got. Region n has the pieces from `firstPiece[n]` on. */
  readonly regions: number;
  /** Capability address of each region. */
  readonly regionCap: Uint32Array;
  /** First page and number of pages of each region. */
  readonly regionPage: Uint32Array;
  readonly regionPages: Uint32Array;
  readonly firstPiece: Uint32Array;
  readonly damage: readonly string[];
}

/** More regions than any program adds. */
const MOST_REGIONS = 4096;
/** The lists of a sound manager have no more records than its slab allocator has blocks, but memory may be damaged. */
const MOST_PIECES = 1 << 21;

interface Lists {
  regions: number[];
  firstPiece: number[];
  at: Uint32Array;
  damage: readonly string[];
}

/** Decodes the manager whose record is at a virtual address. */
export function readPieces(memory: VirtualMemory, manager: number): PieceColumns {
  const { regions, firstPiece, at, damage } = followLists(memory, manager) ?? followCarefully(memory, manager);
  const count = at.length;
  const page = new Uint32Array(count);
  const pages = new Uint32Array(count);
  const type = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const record = at[i] as number;
    page[i] = memory.u32(record + MmNodeLayout.PAGE);
    pages[i] = memory.u32(record + MmNodeLayout.PAGES);
    type[i] = memory.u32(record + MmNodeLayout.TYPE);
  }
  const ofRegions = (field: MmRegionLayout) => Uint32Array.from(regions, (region) => memory.u32(region + field));
  return {
    count,
    at,
    page,
    pages,
    type,
    regions: regions.length,
    regionCap: ofRegions(MmRegionLayout.CAP),
    regionPage: ofRegions(MmRegionLayout.PAGE),
    regionPages: ofRegions(MmRegionLayout.PAGES),
    firstPiece: Uint32Array.from(firstPiece),
    damage,
  };
}

/** Follows the lists of a sound manager. Returns null if they are too long or lead to memory that is not mapped. */
function followLists(memory: VirtualMemory, manager: number): Lists | null {
  try {
    const blocks = memory.u32(manager + MmLayout.SLABS + SlabsLayout.TOTAL);
    const at = new Uint32Array(Math.min(blocks, MOST_PIECES));
    const regions: number[] = [];
    const firstPiece: number[] = [];
    let count = 0;
    for (let region = memory.u32(manager + MmLayout.REGIONS); region !== 0; ) {
      if (regions.length === MOST_REGIONS) return null;
      regions.push(region);
      firstPiece.push(count);
      for (let piece = memory.u32(region + MmRegionLayout.FIRST); piece !== 0; ) {
        if (count === at.length) return null;
        // Reads the whole record, so that nothing of it is missing later.
        memory.u32(piece + MmNodeLayout.PAGE);
        memory.u32(piece + MmNodeLayout.TYPE);
        at[count++] = piece;
        piece = memory.u32(piece + MmNodeLayout.NEXT);
      }
      memory.u32(region + MmRegionLayout.PAGES);
      region = memory.u32(region + MmRegionLayout.NEXT);
    }
    return { regions, firstPiece, at: at.slice(0, count), damage: [] };
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

/** Follows the lists as `decodeMemoryManager` does, which ends a list at a record that it cannot read or knows. */
function followCarefully(memory: VirtualMemory, manager: number): Lists {
  const damage = new Damage();
  const readAll = (record: number, size: number): number => {
    for (let offset = 0; offset < size; offset += 4) memory.u32(record + offset);
    return record;
  };
  const pieces: number[] = [];
  const firstPiece: number[] = [];
  const first = readable(damage, "memory manager", manager, () => memory.u32(manager + MmLayout.REGIONS)) ?? 0;
  const nextRegion = (region: number) => memory.u32(region + MmRegionLayout.NEXT);
  const nextPiece = (piece: number) => memory.u32(piece + MmNodeLayout.NEXT);
  const regions = decodeList(damage, "region", first, nextRegion, (region) => {
    readAll(region, MmRegionLayout.SIZE);
    firstPiece.push(pieces.length);
    const list = memory.u32(region + MmRegionLayout.FIRST);
    const own = decodeList(damage, "node", list, nextPiece, (piece) => readAll(piece, MmNodeLayout.SIZE));
    for (const piece of own) pieces.push(piece);
    return region;
  });
  return { regions, firstPiece, at: Uint32Array.from(pieces), damage: damage.notes };
}

/** How free memory is divided. All sizes are in pages. */
export interface Fragmentation {
  totalPages: number;
  freePages: number;
  freePieces: number;
  allocatedPieces: number;
  /** The largest free piece; 0 if there is none. */
  largest: number;
  /**
   * The part of the free memory that is outside of the largest free piece: 0 if all of it is one piece, near 1 if it
   * consists of many small ones. 0 if nothing is free.
   */
  external: number;
}

export function fragmentationOf({ count, pages, type }: PieceColumns): Fragmentation {
  let totalPages = 0;
  let freePages = 0;
  let freePieces = 0;
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const size = pages[i] as number;
    totalPages += size;
    if (type[i] === NodeType.Allocated) continue;
    freePages += size;
    freePieces++;
    if (size > largest) largest = size;
  }
  const external = freePages === 0 ? 0 : 1 - largest / freePages;
  return { totalPages, freePages, freePieces, allocatedPieces: count - freePieces, largest, external };
}
