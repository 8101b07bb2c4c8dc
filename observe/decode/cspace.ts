/**
 * Decodes a CSpace, from the root CNode through its L2CNodes to every occupied slot, with each slot's capability
 * address.
 */
import { MODULECN_SLOT_STRINGS, PAGECN_SLOT_VROOT, RootSlot, TaskSlot } from "../../system/kpi/cspace";
import { ObjType } from "../../system/kpi/object-types";
import { L2_CNODE_BITS, L2_CNODE_SLOTS } from "../../system/kpi/types";
import { type Capability, cnodeSlotAt, cnodeSlotCount, decodeSlot } from "./capability";
import { type Damage, readable } from "./damage";
import type { PhysicalReader } from "./memory-reader";

export interface OccupiedSlot {
  /** Number of the slot in its CNode. */
  index: number;
  /** Capability address. */
  address: number;
  /** Level of the address: 1 for slots of the root, 2 for all others. */
  level: 1 | 2;
  capability: Capability;
}

export interface CNodeView {
  /** Number of its slot in the root. */
  rootSlot: number;
  /** Purpose of the CNode, if it is a well-known one. */
  name: string | null;
  capability: Capability;
  /** Number of slots. */
  size: number;
  slots: OccupiedSlot[];
}

export interface CSpace {
  root: Capability;
  /** Number of slots in the root CNode. */
  size: number;
  /** Occupied slots of the root itself. */
  rootSlots: OccupiedSlot[];
  /** The L2CNodes among them. */
  cnodes: CNodeView[];
}

const ROOT_SLOT_NAMES: Record<number, string> = {
  [RootSlot.TASKCN]: "task",
  [RootSlot.PAGECN]: "page",
  [RootSlot.BASE_PAGE_CN]: "base page",
  [RootSlot.SUPERCN]: "super",
  [RootSlot.SEGCN]: "segments",
  [RootSlot.PACN]: "physaddr",
  [RootSlot.MODULECN]: "modules",
  [RootSlot.SLOT_ALLOC0]: "slots of the memory manager",
  [RootSlot.SLOT_ALLOC1]: "default slots",
  [RootSlot.SLOT_ALLOC2]: "default slots, reserve",
  [RootSlot.ARGCN]: "arguments",
  [RootSlot.BSPKCB]: "kernel control block",
};

const TASK_SLOT_NAMES: Record<number, string> = {
  [TaskSlot.TASKCN]: "task CNode",
  [TaskSlot.DISPATCHER]: "dispatcher",
  [TaskSlot.ROOTCN]: "root CNode",
  [TaskSlot.DISPFRAME]: "dispatcher frame",
  [TaskSlot.IRQ]: "interrupts",
  [TaskSlot.IO]: "devices",
  [TaskSlot.BOOTINFO]: "bootinfo",
  [TaskSlot.KERNELCAP]: "kernel",
  [TaskSlot.ARGSPAGE]: "arguments",
  [TaskSlot.PERF_MON]: "performance monitor",
  [TaskSlot.IPI]: "inter-processor interrupts",
  [TaskSlot.SELFEP]: "own end point",
};

/** Purpose of a slot; null unless it is a well-known one. */
export function wellKnownName({ address, level, index: slot }: OccupiedSlot): string | null {
  return level === 1 ? rootSlotName(slot) : wellKnownSlotName(address >>> L2_CNODE_BITS, slot);
}

/** Purpose of a slot in the L2CNode in a slot of the root; null unless it is a well-known one. */
export function wellKnownSlotName(rootSlot: number, slot: number): string | null {
  switch (rootSlot) {
    case RootSlot.TASKCN:
      return TASK_SLOT_NAMES[slot] ?? null;
    case RootSlot.PAGECN:
      return slot === PAGECN_SLOT_VROOT ? "root of the address space" : null;
    case RootSlot.MODULECN:
      return slot === MODULECN_SLOT_STRINGS ? "command lines of the modules" : null;
    default:
      return null;
  }
}

export function rootSlotName(slot: number): string | null {
  return ROOT_SLOT_NAMES[slot] ?? null;
}

/** Reads the occupied slots of a CNode. `address` is the capability address of its slot 0. */
function readSlots(
  reader: PhysicalReader,
  cnode: Capability,
  address: number,
  level: 1 | 2,
  damage?: Damage,
): OccupiedSlot[] {
  const step = level === 1 ? L2_CNODE_SLOTS : 1;
  const slots: OccupiedSlot[] = [];
  for (let index = 0; index < cnodeSlotCount(cnode); index++) {
    const at = cnodeSlotAt(cnode, index);
    const read = readable(damage, "slot", at, () => ({ capability: decodeSlot(reader, at) }));
    if (!read) break;
    const { capability } = read;
    if (capability) slots.push({ index, address: address + index * step, level, capability });
  }
  return slots;
}

export function readCSpace(reader: PhysicalReader, root: Capability, damage?: Damage): CSpace {
  const rootSlots = readSlots(reader, root, 0, 1, damage);
  const cnodes = rootSlots
    .filter(({ capability }) => capability.type === ObjType.L2CNode)
    .map(({ index, address, capability }) => ({
      rootSlot: index,
      name: rootSlotName(index),
      capability,
      size: cnodeSlotCount(capability),
      slots: readSlots(reader, capability, address, 2, damage),
    }));
  return { root, size: cnodeSlotCount(root), rootSlots, cnodes };
}

/** All occupied slots, starting with the root's. */
export function allSlots({ rootSlots, cnodes }: CSpace): OccupiedSlot[] {
  return [...rootSlots, ...cnodes.flatMap((cnode) => cnode.slots)];
}

/** Slots by their physical address. */
export function slotsByPlace(cspace: CSpace | null): Map<number, OccupiedSlot> {
  return new Map((cspace ? allSlots(cspace) : []).map((slot) => [slot.capability.at, slot]));
}
