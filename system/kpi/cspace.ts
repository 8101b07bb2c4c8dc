/**
 * The shape of a CSpace, and the well-known slots of init's CSpace. (Specification of capabilities, sections 2.3, 2.5,
 * 2.6.)
 *
 * A capability address has 32 bits and consists of two indices:
 *
 *      31                                   8 7            0
 *     +--------------------------------------+--------------+
 *     | slot in the root (L1CNode)           | slot in L2   |
 *     +--------------------------------------+--------------+
 *
 * The level that goes with an address says which of the indices a look-up uses.
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

/** Kinds of CNode that a CNode reference can name. */
export const enum CNodeType {
  ROOT = 0,
  OTHER = 1,
  COUNT = 2,
}

/** Address of the capability for the program's own root CNode: slot 2 of the task CNode. */
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

/** Number of L2 tables that the CPU driver installs for init. They cover 0x200000 to 0x2000000. */
export const INIT_L2_TABLES: u32 = 30;
/**
 * Slots of the page CNode: init's L1 table, its L2 tables, then the Mapping capabilities of its first address space.
 * There is one Mapping for each L2 table, then one for each frame in the segment CNode, in the same order.
 */
export const PAGECN_SLOT_VROOT: u32 = 0;
export const PAGECN_SLOT_TABLES: u32 = 1;
export const PAGECN_SLOT_TABLE_MAPPINGS: u32 = PAGECN_SLOT_TABLES + INIT_L2_TABLES;
export const PAGECN_SLOT_FRAME_MAPPINGS: u32 = PAGECN_SLOT_TABLE_MAPPINGS + INIT_L2_TABLES;
/** Number of frames that start-up can map for init. Each needs a slot in the page CNode for its mapping. */
export const INIT_FRAMES_MAX: u32 = L2_CNODE_SLOTS - PAGECN_SLOT_FRAME_MAPPINGS;
/** Number of one-page RAM capabilities in the base page CNode. */
export const BASE_PAGE_COUNT: u32 = 256;
/** Slots of the module CNode: a frame with the command lines, then a DevFrame for each module. */
export const MODULECN_SLOT_STRINGS: u32 = 0;
export const MODULECN_SLOT_FIRST: u32 = 1;

/** Address of slot 0 of the L2CNode in slot `slot` of the root. */
export function rootSlotAddress(slot: u32): u32 {
  return slot << L2_CNODE_BITS;
}
