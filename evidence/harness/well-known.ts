/** Addresses in init's CSpace that tests use, and functions that compute them. */
import { PAGECN_SLOT_VROOT, RootSlot, rootSlotAddress, TaskSlot } from "../../system/kpi/cspace";

export const PAGE = 0x1000;
export const MIB = 0x100000;

const task = (slot: TaskSlot) => rootSlotAddress(RootSlot.TASKCN) + slot;

export const DISPATCHER = task(TaskSlot.DISPATCHER);
export const ROOT = task(TaskSlot.ROOTCN);
export const DISPATCHER_FRAME = task(TaskSlot.DISPFRAME);
export const IRQ_TABLE = task(TaskSlot.IRQ);
export const DEVICES = task(TaskSlot.IO);
export const KERNEL = task(TaskSlot.KERNELCAP);
export const PERF_MON = task(TaskSlot.PERF_MON);
export const IPI = task(TaskSlot.IPI);

/** init's L1 table. The slots of its 30 L2 tables follow. */
export const L1_TABLE = rootSlotAddress(RootSlot.PAGECN) + PAGECN_SLOT_VROOT;

/** All free RAM, then reserved memory in DRAM, then reserved memory outside DRAM. */
export const RAM = rootSlotAddress(RootSlot.SUPERCN);
export const PHYS = rootSlotAddress(RootSlot.PACN);
export const PHYS_OUTSIDE = PHYS + 1;

/** Slots of an empty CNode of 256 slots for tests, and of two more such CNodes. */
export const slot = (index: number) => rootSlotAddress(RootSlot.SLOT_ALLOC0) + index;
export const otherSlot = (index: number) => rootSlotAddress(RootSlot.SLOT_ALLOC1) + index;
export const thirdSlot = (index: number) => rootSlotAddress(RootSlot.SLOT_ALLOC2) + index;

/** Slot `index` of the CNode in slot `cnode` of the root. */
export const inRootSlot = (cnode: number, index = 0) => rootSlotAddress(cnode) + index;

/** Values that often reveal errors in 32-bit arithmetic. */
export const BOUNDARY_WORDS = [
  0,
  1,
  2,
  3,
  15,
  16,
  255,
  256,
  257,
  1023,
  1024,
  2047,
  2048,
  4095,
  4096,
  65535,
  65536,
  0xfff00000,
  0xfffff000,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 2,
  2 ** 32 - 1,
];
