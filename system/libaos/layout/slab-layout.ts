/** Byte offsets in a slab allocator and its slabs. `libaos/slab.ts` draws the records. */

export const enum SlabsLayout {
  BLOCK_SIZE = 0,
  FREE = 4,
  TOTAL = 8,
  PARTIAL = 12,
  FULL = 16,
  ODD = 20,
  LOW = 24,
  HIGH = 28,
  REFILL = 32,
  REFILLING = 36,
  REFILLS = 40,
  FAILED_REFILLS = 44,
  SPARE = 48,
  SIZE = 52,
}

export const enum SlabLayout {
  MAGIC = 0,
  OWNER = 4,
  NEXT = 8,
  PREVIOUS = 12,
  FREE_LIST = 16,
  FREE = 20,
  TOTAL = 24,
  BLOCKS = 28,
  NEXT_ODD = 32,
  SIZE = 40,
}

/** `SlabLayout.MAGIC` holds the slab's own address XOR this constant. */
export const SLAB_MAGIC = 0x51ab51ab;
