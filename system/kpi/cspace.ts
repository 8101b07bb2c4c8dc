/**
 * The shape of a CSpace and the well-known slots of init's. (Specification of capabilities, sections 2.3, 2.5, 2.6.)
 *
 * A capability address has 32 bits and always two indices:
 *
 *      31                                   8 7            0
 *     +--------------------------------------+--------------+
 *     | slot in the root (L1CNode)           | slot in L2   |
 *     +--------------------------------------+--------------+
 *
 * The level that goes with an address says how much of it counts.
 */
import { L2_CNODE_BITS, L2_CNODE_SLOTS } from "./types";

/** How far a look-up goes. */
export const enum CapLevel {
  /** The root CNode itself; the address is ignored. */
  ROOT = 0,
  /** A slot of the root CNode. */
  L1 = 1,
  /** A slot of an L2CNode: a full address. */
  L2 = 2,
}

/** Kinds of CNode that a reference can name. */
export const enum CNodeType {
  ROOT = 0,
  OTHER = 1,
  COUNT = 2,
}

/** Address of the capability to one's own root CNode: task CNode, slot 2. */
export const CPTR_ROOTCN: u32 = 2;
export const CPTR_NULL: u32 = 0;

export const enum RootSlot {
  TASKCN = 0,
  PAGECN = 1,
  BASE_PAGE_CN = 2,
  SUPERCN = 3,
  SEGCN = 4,
  PACN = 5,
  MODULECN = 6,
  /** The memory manager's slot allocator starts here. */
  SLOT_ALLOC0 = 7,
  /** Head of the default slot allocator. */
  SLOT_ALLOC1 = 8,
  /** Reserve of the default slot allocator. */
  SLOT_ALLOC2 = 9,
  ARGCN = 10,
  BSPKCB = 11,
  /** First slot for user code. */
  USER = 12,
}

export const enum TaskSlot {
  TASKCN = 0,
  DISPATCHER = 1,
  ROOTCN = 2,
  DISPFRAME = 4,
  IRQ = 5,
  IO = 6,
  BOOTINFO = 7,
  KERNELCAP = 8,
  TRACEBUF = 9,
  ARGSPAGE = 10,
  MON_URPC = 11,
  SESSIONID = 12,
  FDSPAGE = 13,
  PERF_MON = 14,
  SYSMEM = 15,
  COREBOOT = 16,
  IPI = 17,
  SELFEP = 18,
  INITEP = 19,
  FREE = 20,
}

/** L2 tables that the CPU driver installs for init: 32 MiB less the first 2 MiB. */
export const INIT_L2_TABLES: u32 = 30;
/**
 * Page CNode: init's L1 table, its L2 tables, and the Mapping capabilities of its first address space: one for each L2
 * table, then one for each frame in the segment CNode, slot by slot.
 */
export const PAGECN_SLOT_VROOT: u32 = 0;
export const PAGECN_SLOT_TABLES: u32 = 1;
export const PAGECN_SLOT_TABLE_MAPPINGS: u32 = PAGECN_SLOT_TABLES + INIT_L2_TABLES;
export const PAGECN_SLOT_FRAME_MAPPINGS: u32 = PAGECN_SLOT_TABLE_MAPPINGS + INIT_L2_TABLES;
/** Frames that start-up can map for init: each has a slot in the segment CNode, its mapping one in the page CNode. */
export const INIT_FRAMES_MAX: u32 = L2_CNODE_SLOTS - PAGECN_SLOT_FRAME_MAPPINGS;
/** One-page RAM capabilities in the base page CNode. */
export const BASE_PAGE_COUNT: u32 = 256;
/** Module CNode: the command lines, then a DevFrame for each module. */
export const MODULECN_SLOT_STRINGS: u32 = 0;
export const MODULECN_SLOT_FIRST: u32 = 1;

/** Address of slot 0 of the L2CNode in slot `slot` of the root. */
export function rootSlotAddress(slot: u32): u32 {
  return slot << L2_CNODE_BITS;
}
