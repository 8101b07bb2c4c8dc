/**
 * The basic types and sizes that the CPU driver and user programs agree on.
 *
 * Portable: read by the wasm compiler and by the host. Constants, aliases and pure functions only.
 * Physical addresses and sizes in capabilities are 64 bits wide (`genpaddr_t`, `gensize_t`), so that no sum of two
 * 32-bit register values can wrap in a bounds check.
 */

/** Physical address as capabilities store it. */
export type genpaddr_t = u64;
/** Number of bytes of a physical region. */
export type gensize_t = u64;
/** Physical address that this machine can reach. */
export type lpaddr_t = u32;
/** Virtual address. */
export type lvaddr_t = u32;
/** Address of a slot in a CSpace: bits 31..8 index the L1CNode, bits 7..0 the L2CNode. */
export type capaddr_t = u32;
/** Number of a slot within one CNode. */
export type cslot_t = u32;

export const BASE_PAGE_BITS: u32 = 12;
export const BASE_PAGE_SIZE: u32 = 4096;
export const BASE_PAGE_MASK: u32 = 4095;
/** A first-level page table entry covers this much: the size of a section and of one L2 table's range. */
export const BYTES_PER_SECTION: u32 = 0x100000;

/** One capability slot (CTE). */
export const OBJBITS_CTE: u32 = 6;
export const OBJSIZE_CTE: u32 = 64;
export const L2_CNODE_BITS: u32 = 8;
export const L2_CNODE_SLOTS: u32 = 256;
export const OBJSIZE_L2CNODE: u32 = 16384;
/** The dispatcher control block, private to the CPU driver. */
export const OBJSIZE_DISPATCHER: u32 = 1024;
export const OBJSIZE_KCB: u32 = 65536;

export const ARM_L1_ENTRIES: u32 = 4096;
export const ARM_L2_ENTRIES: u32 = 256;
/** Entries of a user L1 table that TTBR0 translates (TTBCR.N = 1): the lower 2 GiB. */
export const ARM_L1_USER_ENTRIES: u32 = 2048;
export const OBJSIZE_VNODE_ARM_L1: u32 = 16384;
export const OBJSIZE_VNODE_ARM_L2: u32 = 1024;

/** The user-visible dispatcher frame, aligned to its size. */
export const DISPATCHER_FRAME_SIZE: u32 = 0x40000;
/** The frame of the argument structure, aligned to its size. */
export const ARGS_FRAME_SIZE: u32 = 0x20000;
export const BOOTINFO_SIZE: u32 = 16384;

/** First virtual address that the CPU driver translates for itself (TTBR1). */
export const KERNEL_WINDOW: u32 = 0x80000000;

/** Rights of a capability; only those of CNodes are examined, during look-up. */
export const enum CapRights {
  READ = 1,
  WRITE = 2,
  EXECUTE = 4,
  GRANT = 8,
  IDENTIFY = 16,
  NONE = 0,
  READ_WRITE = 3,
  ALL = 31,
}

/**
 * Attributes of a mapping. The CPU driver takes the lower four; GUARD and MPB are the library's own and must be
 * removed before a call.
 */
export const enum VRegionFlags {
  READ = 0x01,
  WRITE = 0x02,
  EXECUTE = 0x04,
  NOCACHE = 0x08,
  MPB = 0x10,
  GUARD = 0x20,
  READ_WRITE = 0x03,
  READ_EXECUTE = 0x05,
  READ_WRITE_NOCACHE = 0x0b,
  /** What may reach the CPU driver. */
  KERNEL_MASK = 0x0f,
  /** What a user of the library may pass. */
  LIBRARY_MASK = 0x2f,
}
