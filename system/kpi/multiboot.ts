/**
 * The multiboot block, in which the loader describes memory and modules to the CPU driver. It lies in RAM, and its
 * physical address is the argument of `boot`.
 *
 *      0        4        8             12           16             20           24       28
 *     +--------+--------+-------------+------------+--------------+------------+--------+
 *     | magic  | bytes  | command     | map        | map          | modules    | modules|
 *     |        | (block) | line (pa)  | entries    | (pa)         | entries    | (pa)   |
 *     +--------+--------+-------------+------------+--------------+------------+--------+
 *
 *     map entry      { base: u64, length: u64, type: u32, 0: u32 }              24 bytes, 8-byte aligned
 *     module entry   { start: u32 (pa), bytes: u32, string: u32 (pa), 0: u32 }  16 bytes
 *
 * Strings end with a zero byte and lie in the block. The modules lie outside the block in RAM, page aligned. Free RAM
 * begins after the block and all modules. All numbers are little-endian.
 *
 * A module's string has the form of a shell command. Leading NAME=value words are the program's environment, the next
 * word is its name, and further words are its arguments.
 */
export const enum Multiboot {
  MAGIC = 0x54464d42,
  MAGIC_OFFSET = 0,
  BYTES = 4,
  COMMAND_LINE = 8,
  MAP_ENTRIES = 12,
  MAP = 16,
  MODULE_ENTRIES = 20,
  MODULES = 24,
  HEADER_SIZE = 28,

  MAP_BASE = 0,
  MAP_LENGTH = 8,
  MAP_TYPE = 16,
  MAP_ENTRY_SIZE = 24,

  MODULE_START = 0,
  MODULE_BYTES = 4,
  MODULE_STRING = 8,
  MODULE_ENTRY_SIZE = 16,
}

/** Types of memory map entries. */
export const enum MultibootMapType {
  RAM = 1,
  /** Not for general use. It becomes PhysAddr capabilities, and so does memory of any type that is not listed here. */
  RESERVED = 2,
  DEVICE = 13,
}
