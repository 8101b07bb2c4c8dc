/** Bytes of a memory manager and its nodes; `libmm/node.ts`, `libmm/mm.ts` and `libmm/bins.ts` draw them. */

/** A piece of a region: free, or handed out. */
export const enum MmNodeLayout {
  PAGE = 0,
  PAGES = 4,
  PREVIOUS = 8,
  NEXT = 12,
  LINK0 = 16,
  LINK1 = 20,
  REGION = 24,
  TYPE = 28,
  SIZE = 32,
}

export const enum NodeType {
  Free = 0,
  Allocated = 1,
}

/** A capability that `mm_add` brought. */
export const enum MmRegionLayout {
  CAP = 0,
  CAP_BASE = 8,
  PAGE = 16,
  PAGES = 20,
  FIRST = 24,
  NEXT = 28,
  SIZE = 32,
}

/** The way to allocated pieces by page. */
export const enum IndexLayout {
  TOP = 0,
  SHIFT = 4,
  TABLES = 8,
  SIZE = 12,
}

/** Free pieces, sorted by size into bins. */
export const enum BinsLayout {
  SUMMARY = 0,
  ZONE_REGION = 4,
  ZONE_PAGE = 8,
  WORDS = 12,
  HEADS = 44,
  SIZE = 1004,
}

/** Words of the bitmap of non-empty bins, and bins. */
export const BIN_WORDS: u32 = 8;
export const BIN_COUNT: u32 = 240;

export const enum MmLayout {
  OBJTYPE = 0,
  SLOT_ALLOC = 4,
  SLOT_REFILL = 8,
  SLOT_ALLOC_INST = 12,
  REGIONS = 16,
  INDEX = 20,
  FREE_PAGES = 32,
  TOTAL_PAGES = 36,
  FREE_NODES = 40,
  ALLOCATED_NODES = 44,
  RETRIES = 48,
  SLABS = 56,
  BINS = 104,
  SIZE = 1112,
}
