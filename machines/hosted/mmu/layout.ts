/**
 * The machine page: the 64 KiB behind the largest DRAM, at a fixed offset of the linear memory. What a real machine
 * keeps in its core stands here in memory, so that all wasm modules share it and snapshots contain it.
 *
 *     0x4000_0000  TLB         256 entries of 16 bytes
 *     0x4000_1000  registers   32-bit words, see `Register`
 *     0x4000_1080  counters    64-bit words, see `Counter`
 *     0x4001_0000  end of the linear memory
 *
 * Linear memory below is DRAM: offset = physical address - `Register.DRAM_BASE`. It is created for the largest board,
 * whatever the size of the board's DRAM, so that the addresses here are compile-time constants.
 */

/** Also the largest DRAM of a board, in bytes. */
export const MACHINE_PAGE = 0x40000000;
export const MACHINE_PAGE_BYTES = 0x10000;

/**
 * One TLB entry describes one 4 KiB page; the entry of a virtual address is that of its page number modulo 256.
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
 * An access of n bytes compares its address without bits 11 .. log2(n) with a tag: a misaligned address keeps a low
 * bit and cannot be equal, so that one comparison checks page, permission and alignment. A tag of all ones equals
 * nothing, because bits 11..3 of what it is compared with are always zero.
 *
 * INFO is the entry proper; the tags are derived from it and DACR.
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

  /** In a tag: matches no address. In INFO: no translation. (What `memory.fill` with 0xff leaves.) */
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
  /** What the translation covers in the tables, see `TranslationSize`. */
  SIZE_SHIFT = 9,
  SIZE_MASK = 3,
  /** Execute never. Kept as the hardware does; accesses to data ignore it. */
  XN = 0x800,
  PAGE_MASK = 0xfffff000,
}

/** log2 of the bytes is 12 + 4 times this. */
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
  /** How addresses divide between the two. */
  TTBCR = 0x40001008,
  /** Domain access control: two bits for each of 16 domains. */
  DACR = 0x4000100c,
  /** System control. */
  SCTLR = 0x40001010,
  /** Status of the last data abort of user code. */
  DFSR = 0x40001014,
  /** Address of the last data abort of user code. */
  DFAR = 0x40001018,
  /** Where DRAM begins in physical memory, and its size: properties of the board. */
  DRAM_BASE = 0x40001020,
  DRAM_BYTES = 0x40001024,
}

/** Addresses of the counters. */
export const enum Counter {
  /** System calls that the CPU driver accepted. */
  SYSCALL_COUNT = 0x40001080,
  /** When the count has reached this, the CPU driver calls `hw.systemCallLimit` before it accepts another. */
  SYSCALL_STOP = 0x40001088,
  /** Translation table walks for user code. */
  TLB_MISSES = 0x40001090,
  /** Data aborts taken by user code. */
  DATA_ABORTS = 0x40001098,
}
