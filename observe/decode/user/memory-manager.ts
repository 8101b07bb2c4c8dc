/** Decodes a memory manager: its regions, and the pieces that tile them. `system/libmm/` draws the bytes. */

import { BASE_PAGE_SIZE } from "../../../system/kpi/types";
import { IndexLayout, MmLayout, MmNodeLayout, MmRegionLayout, NodeType } from "../../../system/libmm/layout/mm-layout";
import { type Damage, decodeList } from "../damage";
import type { MemoryReader } from "../memory-reader";
import { decodeSlabs, type Slabs } from "./slabs";

export interface MmPiece {
  at: number;
  base: number;
  bytes: number;
  isFree: boolean;
}

export interface MmRegion {
  at: number;
  /** Capability address. */
  cap: number;
  base: number;
  bytes: number;
  /** In order of address. */
  pieces: MmPiece[];
}

export interface MemoryManager {
  at: number;
  freeBytes: number;
  totalBytes: number;
  freePieces: number;
  allocatedPieces: number;
  /** Number of tables in the index that finds the pieces that are handed out. */
  indexTables: number;
  /** Number of pieces that could not be allocated, because another capability to their memory still existed. */
  retries: number;
  regions: MmRegion[];
  slabs: Slabs;
}

export function decodeMemoryManager(reader: MemoryReader, at: number, damage?: Damage): MemoryManager {
  const word = (offset: MmLayout) => reader.u32(at + offset);
  const nextRegion = (region: number) => reader.u32(region + MmRegionLayout.NEXT);
  return {
    at,
    freeBytes: word(MmLayout.FREE_PAGES) * BASE_PAGE_SIZE,
    totalBytes: word(MmLayout.TOTAL_PAGES) * BASE_PAGE_SIZE,
    freePieces: word(MmLayout.FREE_NODES),
    allocatedPieces: word(MmLayout.ALLOCATED_NODES),
    indexTables: reader.u32(at + MmLayout.INDEX + IndexLayout.TABLES),
    retries: word(MmLayout.RETRIES),
    regions: decodeList(damage, "region", word(MmLayout.REGIONS), nextRegion, (region) =>
      decodeRegion(reader, region, damage),
    ),
    slabs: decodeSlabs(reader, at + MmLayout.SLABS, damage),
  };
}

function decodeRegion(reader: MemoryReader, at: number, damage?: Damage): MmRegion {
  const next = (piece: number) => reader.u32(piece + MmNodeLayout.NEXT);
  return {
    at,
    cap: reader.u32(at + MmRegionLayout.CAP),
    base: reader.u32(at + MmRegionLayout.PAGE) * BASE_PAGE_SIZE,
    bytes: reader.u32(at + MmRegionLayout.PAGES) * BASE_PAGE_SIZE,
    pieces: decodeList(damage, "node", reader.u32(at + MmRegionLayout.FIRST), next, (piece) =>
      decodePiece(reader, piece),
    ),
  };
}

function decodePiece(reader: MemoryReader, at: number): MmPiece {
  return {
    at,
    base: reader.u32(at + MmNodeLayout.PAGE) * BASE_PAGE_SIZE,
    bytes: reader.u32(at + MmNodeLayout.PAGES) * BASE_PAGE_SIZE,
    isFree: (reader.u32(at + MmNodeLayout.TYPE) & 0xff) === NodeType.Free,
  };
}

const hex = (address: number): string => `0x${address.toString(16)}`;

/**
 * Checks the account: pieces must tile their regions, free pieces must not be neighbours, and sums must add up. Returns
 * one message for each error.
 */
export function checkMemoryManager(mm: MemoryManager): string[] {
  const problems = mm.regions.flatMap(checkTiling);
  const pieces = mm.regions.flatMap((region) => region.pieces);
  const free = pieces.filter(({ isFree }) => isFree);
  const freeBytes = free.reduce((sum, { bytes }) => sum + bytes, 0);
  if (freeBytes !== mm.freeBytes)
    problems.push(`the free pieces have ${freeBytes} bytes, the manager counts ${mm.freeBytes}`);
  if (free.length !== mm.freePieces)
    problems.push(`there are ${free.length} free pieces, the manager counts ${mm.freePieces}`);
  return problems;
}

function checkTiling({ base, bytes, pieces }: MmRegion): string[] {
  const problems: string[] = [];
  let end = base;
  let wasFree = false;
  for (const piece of pieces) {
    if (piece.base !== end)
      problems.push(`a piece begins at ${hex(piece.base)}, the piece before it ends at ${hex(end)}`);
    if (piece.isFree && wasFree) problems.push(`two free pieces meet at ${hex(piece.base)}`);
    end = piece.base + piece.bytes;
    wasFree = piece.isFree;
  }
  if (end !== base + bytes) problems.push(`the pieces end at ${hex(end)}, the region at ${hex(base + bytes)}`);
  return problems;
}
