/** Decodes libaos's account of an address space. `system/libaos/paging/` draws the bytes. */
import { BASE_PAGE_SIZE } from "../../../system/kpi/types";
import { ChunkLayout, PagingStateLayout, RangeLayout, RangeState } from "../../../system/libaos/layout/paging-layout";
import { type Damage, decodeList } from "../damage";
import type { MemoryReader } from "../memory-reader";
import { decodeSlabs, type Slabs } from "./slabs";

/** The part of a mapped range in one L2 table. Capabilities are given by address. */
export interface Chunk {
  va: number;
  bytes: number;
  copy: number;
  mapping: number;
}

export interface Range {
  va: number;
  bytes: number;
  state: "free" | "claimed" | "mapped";
  chunks: Chunk[];
}

export interface PagingState {
  at: number;
  /** Capability address of the L1 table. */
  root: number;
  mappedBytes: number;
  mappedRanges: number;
  /** Number of L2 tables made. */
  tables: number;
  /** In order of address. */
  ranges: Range[];
  slabs: Slabs;
}

const STATE_NAMES: Record<number, Range["state"]> = {
  [RangeState.Free]: "free",
  [RangeState.Claimed]: "claimed",
  [RangeState.Mapped]: "mapped",
};

export function decodePagingState(reader: MemoryReader, at: number, damage?: Damage): PagingState {
  const word = (offset: PagingStateLayout) => reader.u32(at + offset);
  const next = (range: number) => reader.u32(range + RangeLayout.NEXT);
  return {
    at,
    root: word(PagingStateLayout.PDIR),
    mappedBytes: word(PagingStateLayout.MAPPED_PAGES) * BASE_PAGE_SIZE,
    mappedRanges: word(PagingStateLayout.MAPPED_RANGES),
    tables: word(PagingStateLayout.TABLE_COUNT),
    ranges: decodeList(damage, "range", word(PagingStateLayout.FIRST), next, (range) =>
      decodeRange(reader, range, damage),
    ),
    slabs: decodeSlabs(reader, at + PagingStateLayout.SLABS, damage),
  };
}

function decodeRange(reader: MemoryReader, at: number, damage?: Damage): Range {
  const nextChunk = (chunk: number) => reader.u32(chunk + ChunkLayout.NEXT);
  const state = STATE_NAMES[reader.u32(at + RangeLayout.STATE)] ?? "free";
  const decodeChunk = (chunk: number): Chunk => ({
    va: reader.u32(chunk + ChunkLayout.BASE),
    bytes: reader.u32(chunk + ChunkLayout.PAGES) * BASE_PAGE_SIZE,
    copy: reader.u32(chunk + ChunkLayout.COPY),
    mapping: reader.u32(chunk + ChunkLayout.MAPPING),
  });
  const firstChunk = state === "mapped" ? reader.u32(at + RangeLayout.CHUNKS) : 0;
  return {
    va: reader.u32(at + RangeLayout.BASE),
    bytes: reader.u32(at + RangeLayout.PAGES) * BASE_PAGE_SIZE,
    state,
    chunks: decodeList(damage, "chunk", firstChunk, nextChunk, decodeChunk),
  };
}
