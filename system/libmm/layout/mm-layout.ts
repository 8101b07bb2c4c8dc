/**
 * Byte offsets in a memory manager and its nodes. `libmm/node.ts`, `libmm/mm.ts` and `libmm/policy/` draw the records.
 */

/** A piece of a region, either free or handed out. */
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

/**
 * The placement policy: its kind, the zone of long-lived memory, and its state. The default policy has the largest
 * state.
 */
export const enum PolicyLayout {
  KIND = 0,
  ZONE = 4,
  STATE = 12,
  SIZE = 2228,
}

/** The placement policies, which choose the free piece for an allocation. `libmm/policy/` has a file for each. */
export const enum MmPolicy {
  SEGREGATED_FIT = 0,
  FIRST_FIT = 1,
  BEST_FIT = 2,
  BUDDY = 3,
  ADDRESS_TREE = 4,
  COUNT = 5,
}

export const enum NodeType {
  Free = 0,
  Allocated = 1,
  /** Free, and set aside by the allocation in progress. */
  Aside = 2,
}

/** The memory of a capability that `mmAdd` added. */
export const enum MmRegionLayout {
  CAP = 0,
  CAP_BASE = 8,
  PAGE = 16,
  PAGES = 20,
  FIRST = 24,
  NEXT = 28,
  SIZE = 32,
}

/** The index of allocated pieces by page. */
export const enum IndexLayout {
  FIRST = 0,
  SHIFT = 4,
  TABLES = 8,
  FOUND_PAGE = 12,
  FOUND = 16,
  FOUND_IN = 20,
  TOP = 24,
  SIZE = 16408,
}

/** log2 of the number of entries at the top of the index. */
export const INDEX_TOP_BITS: u32 = 12;

/** Free pieces in bins by size. */
export const enum BinsLayout {
  SUMMARY = 0,
  WORDS = 4,
  RINGS = 40,
  SIZE = 2216,
}

/** Number of words in the bitmap of non-empty bins, and number of bins. */
export const BIN_WORDS: u32 = 9;
export const BIN_COUNT: u32 = 272;

export const enum MmLayout {
  OBJTYPE = 0,
  SLOT_ALLOC = 4,
  SLOT_REFILL = 8,
  SLOT_ALLOC_INST = 12,
  REGIONS = 16,
  FREE_PAGES = 20,
  TOTAL_PAGES = 24,
  FREE_NODES = 28,
  ALLOCATED_NODES = 32,
  RETRIES = 36,
  SLABS = 40,
  POLICY = 92,
  INDEX = 2320,
  SIZE = 18728,
}
