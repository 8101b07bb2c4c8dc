/**
 * Byte offsets of init's domain state, for the host's decoders. `libaos/domain.ts` draws the record. Pointers are
 * virtual addresses.
 */
export const enum DomainLayout {
  MM = 0,
  PREALLOC = 4,
  PAGING = 8,
  ROOT_SLOTS = 12,
  DEFAULT_SLOTS = 16,
  SLOT_BLOCK_SLABS = 20,
  ROOT_SEGMENT_SLABS = 24,
  RAM_ALLOC = 28,
  RAM_FREE = 32,
  DEFAULT_REFILL = 36,
  BASE_PAGE_NEXT = 40,
  LIBRARY_DEPTH = 44,
  RAM_MIN_BASE = 48,
  RAM_MAX_LIMIT = 56,
  NAME = 64,
  ARGUMENTS = 68,
  BOOTINFO = 72,
  CORE_ID = 76,
  REFILLS = 80,
  OBJECT_ALLOC = 84,
  SIZE = 88,
}
