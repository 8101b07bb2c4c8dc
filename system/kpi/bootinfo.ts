/**
 * Bootinfo, the record in which the CPU driver describes memory to init. It is page aligned and mapped read-write at
 * `INIT_BOOTINFO_VBASE`. (Specification of capabilities, sections 6.4 and 6.5.)
 *
 *      0                8       9        12                16             20       24
 *     +----------------+-------+--------+-----------------+--------------+--------+
 *     | host_msg       | bits  | 0      | regions_length  | mem_spawn_   | 0      |
 *     |                |       |        |                 | core         |        |
 *     +----------------+-------+--------+-----------------+--------------+--------+
 *     | regions: regions_length times MemRegion                                   |
 *
 *     MemRegion
 *      0          8          16       20         24           28           32           36       40
 *     +----------+----------+--------+----------+------------+------------+------------+--------+
 *     | mr_base  | mr_bytes | mr_type| consumed | mrmod_size | mrmod_data | mrmod_slot | 0      |
 *     +----------+----------+--------+----------+------------+------------+------------+--------+
 *
 * The regions of modules come first, then the others in the order of the memory map. The n-th region of type Empty
 * belongs to the RAM capability in slot n of the super CNode (both count from 0).
 */
import { BOOTINFO_SIZE } from "./types";

export const enum BootInfo {
  HOST_MSG = 0,
  HOST_MSG_BITS = 8,
  REGIONS_LENGTH = 12,
  MEM_SPAWN_CORE = 16,
  REGIONS = 24,
}

export const enum MemRegion {
  BASE = 0,
  BYTES = 8,
  TYPE = 16,
  CONSUMED = 20,
  MOD_SIZE = 24,
  MOD_DATA = 28,
  MOD_SLOT = 32,
  SIZE = 40,
}

/** Number of regions that fit in the frame of the record. */
export const BOOTINFO_MAX_REGIONS: u32 = (BOOTINFO_SIZE - BootInfo.REGIONS) / MemRegion.SIZE;

export const enum RegionType {
  /** Free RAM. */
  Empty = 0,
  /** init's own memory; not produced on this architecture. */
  RootTask = 1,
  /** Memory that is not for general use. Its PhysAddr capability is in the physaddr CNode. */
  PhyAddr = 2,
  PlatformData = 3,
  /** A boot module. `mr_bytes` is 0, and `mrmod_size` is its exact size in bytes. */
  Module = 4,
  ACPI_TABLE = 5,
}
