/** Byte offsets in slot allocators and their slot blocks. `libaos/slot/block.ts` draws the block. */

export const enum SlotBlockLayout {
  CNODE = 0,
  SUMMARY = 8,
  FREE = 12,
  COUNT = 14,
  OWNER = 16,
  FIRST = 20,
  NEXT = 24,
  PREVIOUS = 28,
  WORDS = 32,
  SIZE = 64,
}

/** Words in the bitmap of a block; each has 32 slots. */
export const SLOT_BLOCK_WORDS: u32 = 8;

export const enum SlotAllocatorLayout {
  KIND = 0,
  SPACE = 4,
  TOTAL = 8,
  LOW = 12,
  BLOCKS = 16,
  FULL = 20,
  GROW = 24,
  GROWING = 28,
  GROWTHS = 32,
  FAILED_GROWTHS = 36,
  INSTANCE = 40,
  SIZE = 48,
}

export const enum SlotAllocatorKind {
  SINGLE = 0,
  PREALLOC = 1,
  MULTI = 2,
  RANGE = 3,
  ROOT = 4,
}

/** 256 slots of the root CNode: the block for these slots, then the blocks of the L2CNodes in them. */
export const enum RootSegmentLayout {
  BLOCK = 0,
  CHILDREN = 64,
  SIZE = 1088,
}

export const enum RootSlotsLayout {
  ALLOCATOR = 0,
  SLOTS = 48,
  SEGMENTS_USED = 52,
  DEFAULT_SLOTS = 56,
  SEGMENTS = 64,
  SIZE = 1088,
}

/** Greatest number of segments of 256 root slots: 65,536 root slots, 16 million capabilities. */
export const ROOT_SEGMENTS_MAX: u32 = 256;
