/**
 * Byte offsets in the state of an address space. `libaos/paging/state.ts` and `libaos/paging/range.ts` draw the
 * records.
 */

export const enum PagingStateLayout {
  PDIR = 0,
  SLOTS = 8,
  RANGES = 12,
  FIRST = 16,
  DYNAMIC_BASE = 20,
  MAPPED_PAGES = 24,
  MAPPED_RANGES = 28,
  TABLE_COUNT = 32,
  RANGE_COUNT = 36,
  CLAIM_COUNT = 40,
  SLABS = 44,
  TABLES = 96,
  SIZE = 32864,
}

/** The record of one L2 table. There is one for each MiB of user space. */
export const enum PageTableLayout {
  CAP = 0,
  MAPPING = 8,
  SIZE = 16,
}

export const enum RangeLayout {
  BASE = 0,
  PAGES = 4,
  STATE = 8,
  CLAIM = 12,
  PREVIOUS = 16,
  NEXT = 20,
  LEFT = 24,
  RIGHT = 28,
  MAX_FREE = 32,
  CHUNKS = 36,
  SIZE = 40,
}

export const enum RangeState {
  Free = 0,
  Claimed = 1,
  Mapped = 2,
}

/** The part of a mapping that lies in one L2 table. */
export const enum ChunkLayout {
  COPY = 0,
  MAPPING = 8,
  BASE = 16,
  PAGES = 20,
  NEXT = 24,
  FLAGS = 28,
  SIZE = 40,
}
