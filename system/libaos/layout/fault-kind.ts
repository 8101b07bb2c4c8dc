/** The kinds of request that `system/libaos/faults.ts` can refuse. Each kind is checked where the request is served. */
export const enum FaultKind {
  /** RAM, requested by the domain. */
  RAM = 0,
  /** A slot of any allocator. */
  SLOT = 1,
  /** A block of a slab allocator, including libmm's nodes. */
  SLAB = 2,
  RETYPE = 3,
  /** A free piece of libmm. */
  PIECE = 4,
  /** A slot of the root CNode's allocator. */
  ROOT_SLOT = 5,
  /** A slot of libmm's own allocator. */
  MM_SLOT = 6,
  /** A page table. */
  TABLE = 7,
  /** Entries in a page table. */
  ENTRY = 8,
  /** Virtual addresses. */
  ADDRESS = 9,
  COUNT = 10,
}
