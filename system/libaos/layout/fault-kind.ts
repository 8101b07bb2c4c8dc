/** What can be refused on purpose (`system/libaos/faults.ts`), each where it is asked for. */
export const enum FaultKind {
  /** RAM, by the domain. */
  RAM = 0,
  /** A slot, by whichever allocator. */
  SLOT = 1,
  /** A block of a slab, or of mm's nodes. */
  SLAB = 2,
  RETYPE = 3,
  /** A free piece, by libmm. */
  PIECE = 4,
  /** A slot, by the allocator of the root CNode. */
  ROOT_SLOT = 5,
  /** A slot, by the allocator of mm's. */
  MM_SLOT = 6,
  /** A page table. */
  TABLE = 7,
  /** Entries of a page table. */
  ENTRY = 8,
  /** Virtual addresses. */
  ADDRESS = 9,
  COUNT = 10,
}
