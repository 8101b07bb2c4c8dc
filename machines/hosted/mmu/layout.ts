/**
 * Layout of the machine page: the 64 KiB after the largest DRAM, at a fixed offset of the linear memory. It holds what
 * a real machine keeps in its core, so that all wasm modules share it and snapshots contain it.
 *
 *     0x4000_0000  TLB         256 entries of 16 bytes
 *     0x4000_1000  registers   32-bit words, see `Register`
 *     0x4000_1080  counters    64-bit words, see `Counter`
 *     0x4001_0000  end of the linear memory
 *
 * The linear memory below it is DRAM: offset = physical address - `Register.DRAM_BASE`. The linear memory always has
 * the size for the largest board, so that the addresses here are compile-time constants.
 */

/** Offset of the machine page, and also the largest DRAM of a board, in bytes. */
export const MACHINE_PAGE = 0x40000000;
export const MACHINE_PAGE_BYTES = 0x10000;

/**
 * One TLB entry describes one 4 KiB page. The entry for a virtual address is its page number modulo 256.
 *
 *      31                    12 11                  0
 *     +------------------------+---------------------+
 *     | virtual page           | 0                   |   READ_TAG   the page, if user code may read it
 *     +------------------------+---------------------+
 *     | virtual page           | 0                   |   WRITE_TAG  the page, if user code may write it
 *     +------------------------+---------------------+
 *     | (pa of page - DRAM base) - virtual page      |   ADDEND     va + addend = offset in the linear memory
 *     +------------------------+---------------------+
 *     | virtual page           | attributes          |   INFO       what the walk found, see `TlbInfo`
 *     +------------------------+---------------------+
 *
 * An access of n bytes compares its address without bits 11 .. log2(n) with a tag. A misaligned address keeps a low bit
 * and cannot be equal, so one comparison checks page, permission and alignment. A tag of all ones equals no address,
 * because bits 11..3 of the compared address are always zero.
 *
 * INFO is the actual entry. The tags are derived from it and from DACR.
 */
export const enum Tlb {
  BASE = 0x40000000,
  ENTRIES = 256,
  ENTRY_SIZE = 16,
  BYTES = 4096,

  READ_TAG = 0,
  WRITE_TAG = 4,
  ADDEND = 8,
  INFO = 12,

  /** As a tag: matches no address. As INFO: no translation. (`memory.fill` with 0xff writes this value.) */
  INVALID = 0xffffffff,
}

/**
 *     31                        12  11  10  9 8    6 5      2 1 0
 *    +----------------------------+----+------+------+--------+---+
 *    | virtual page               | XN | SIZE | AP   | DOMAIN | 0 |
 *    +----------------------------+----+------+------+--------+---+
 */
export const enum TlbInfo {
  DOMAIN_SHIFT = 2,
  DOMAIN_MASK = 0xf,
  AP_SHIFT = 6,
  AP_MASK = 7,
  /** Size of the translation in the tables, see `TranslationSize`. */
  SIZE_SHIFT = 9,
  SIZE_MASK = 3,
  /** Execute never. Stored as on the hardware; data accesses ignore it. */
  XN = 0x800,
  PAGE_MASK = 0xfffff000,
}

/** The translation covers 2^(12 + 4 * value) bytes. */
export const enum TranslationSize {
  SMALL_PAGE = 0,
  LARGE_PAGE = 1,
  SECTION = 2,
  SUPERSECTION = 3,
}

/** Addresses of the registers. */
export const enum Register {
  /** Translation table base of the lower addresses. */
  TTBR0 = 0x40001000,
  /** Translation table base of the upper addresses. */
  TTBR1 = 0x40001004,
  /** Divides the addresses between TTBR0 and TTBR1. */
  TTBCR = 0x40001008,
  /** Domain access control: two bits for each of 16 domains. */
  DACR = 0x4000100c,
  /** System control. */
  SCTLR = 0x40001010,
  /** Status of the last data abort of user code. */
  DFSR = 0x40001014,
  /** Address of the last data abort of user code. */
  DFAR = 0x40001018,
  /** The processor's mode, see `ProcessorMode`. */
  MODE = 0x4000101c,
  /** Physical address at which DRAM begins, and its size. Both are properties of the board. */
  DRAM_BASE = 0x40001020,
  DRAM_BYTES = 0x40001024,
}

/** Addresses of the counters. */
export const enum Counter {
  /** System calls that the CPU driver accepted. */
  SYSCALL_COUNT = 0x40001080,
  /** When the count reaches this value, the CPU driver calls `hw.systemCallLimit` before it accepts another call. */
  SYSCALL_STOP = 0x40001088,
  /** Translation table walks for user code. */
  TLB_MISSES = 0x40001090,
  /** Data aborts taken by user code. */
  DATA_ABORTS = 0x40001098,
}
