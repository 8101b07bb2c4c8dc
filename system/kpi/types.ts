/**
 * The basic types and sizes that the CPU driver and user programs share.
 *
 * Both the wasm compiler and the host compile this file, so it contains only constants, aliases and pure functions.
 * Physical addresses and sizes in capabilities are 64 bits wide (`genpaddr_t`, `gensize_t`), so that no sum of two
 * 32-bit register values can wrap in a bounds check.
 */

/** Physical address in bytes, as capabilities store it: 64 bits. */
export type genpaddr_t = u64;
/** Size of a physical region in bytes: 64 bits. Convert with `u64(...)` before you add or multiply. */
export type gensize_t = u64;
/** Physical address within the 32 bits of this machine. */
export type lpaddr_t = u32;
/** Virtual address: 32 bits. Programs use addresses below 0x80000000. */
export type lvaddr_t = u32;
/** Address of a slot in a CSpace: bits 31..8 index the L1CNode, bits 7..0 the L2CNode. */
export type capaddr_t = u32;
/** Number of a slot within one CNode. */
export type cslot_t = u32;

/** Log2 of the page size. `address >> BASE_PAGE_BITS` is the number of a page. */
export const BASE_PAGE_BITS: u32 = 12;
/** Bytes of a page. */
export const BASE_PAGE_SIZE: u32 = 4096;
/** The bits of an address inside its page. An address is page-aligned if `address & BASE_PAGE_MASK` is 0. */
export const BASE_PAGE_MASK: u32 = 4095;
/** Log2 of the bytes that one entry of the L1 table covers. */
export const SECTION_BITS: u32 = 20;
/** Bytes that one entry of the L1 table covers, which is the range of one L2 table: 1 MiB. */
export const BYTES_PER_SECTION: u32 = 1 << SECTION_BITS;

/** Size of one capability slot (CTE): log2 and bytes. */
export const OBJBITS_CTE: u32 = 6;
export const OBJSIZE_CTE: u32 = 64;
export const L2_CNODE_BITS: u32 = 8;
export const L2_CNODE_SLOTS: u32 = 256;
export const OBJSIZE_L2CNODE: u32 = 16384;
/** Bytes of the dispatcher control block, which only the CPU driver accesses. */
export const OBJSIZE_DISPATCHER: u32 = 1024;
export const OBJSIZE_KCB: u32 = 65536;

export const ARM_L1_ENTRIES: u32 = 4096;
/** Number of entries of an L2 table. Each covers one page. */
export const ARM_L2_ENTRIES: u32 = 256;
/** Number of entries of a user L1 table that TTBR0 translates (TTBCR.N = 1). They cover the lower 2 GiB. */
export const ARM_L1_USER_ENTRIES: u32 = 2048;
export const OBJSIZE_VNODE_ARM_L1: u32 = 16384;
export const OBJBITS_VNODE_ARM_L2: u32 = 10;
export const OBJSIZE_VNODE_ARM_L2: u32 = 1 << OBJBITS_VNODE_ARM_L2;

/** Bytes of the user-visible dispatcher frame, which is aligned to its size. */
export const DISPATCHER_FRAME_SIZE: u32 = 0x40000;
/** Bytes of the frame of the argument structure, which is aligned to its size. */
export const ARGS_FRAME_SIZE: u32 = 0x20000;
export const BOOTINFO_SIZE: u32 = 16384;

/** First virtual address of the CPU driver's half (TTBR1). */
export const KERNEL_WINDOW: u32 = 0x80000000;

/** Rights of a capability. Only look-up examines rights, and only those of CNodes. */
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
 * Attributes of a mapping, combined with `|`. The CPU driver accepts the lower four. GUARD and MPB are for the library
 * only, which must remove them before a call.
 */
export const enum VRegionFlags {
  /** The program can read the pages. */
  READ = 0x01,
  /** The program can write the pages. */
  WRITE = 0x02,
  /** The program can execute code in the pages. */
  EXECUTE = 0x04,
  /** Accesses bypass the caches. */
  NOCACHE = 0x08,
  MPB = 0x10,
  GUARD = 0x20,
  /** The usual rights of data. */
  READ_WRITE = 0x03,
  /** The usual rights of code. */
  READ_EXECUTE = 0x05,
  /** The usual rights of device registers. */
  READ_WRITE_NOCACHE = 0x0b,
  /** The attributes that the CPU driver accepts. */
  KERNEL_MASK = 0x0f,
  /** The attributes that a user of the library may pass. */
  LIBRARY_MASK = 0x2f,
}
