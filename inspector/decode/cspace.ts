/** A CSpace: from the root CNode over its L2CNodes to every occupied slot, with the address that a program would use. */
import { RootSlot } from "../../kpi/cspace";
import { ObjType } from "../../kpi/object-types";
import { L2_CNODE_BITS } from "../../kpi/types";
import { type Capability, cnodeSlotAt, cnodeSlotCount, decodeSlot } from "./capability";
import type { PhysicalReader } from "./memory-reader";

export interface OccupiedSlot {
  /** In its CNode. */
  index: number;
  /** Capability address, for level 2; of a slot of the root, that of its first entry. */
  address: number;
  capability: Capability;
}

export interface CNodeView {
  /** Slot in the root. */
  rootSlot: number;
  /** What the CNode is for, if it is one of the well-known ones. */
  name: string | null;
  capability: Capability;
  /** Slots it has. */
  size: number;
  slots: OccupiedSlot[];
}

export interface CSpace {
  root: Capability;
  /** Slots of the root CNode. */
  size: number;
  cnodes: CNodeView[];
  /** What else stands in the root. */
  others: OccupiedSlot[];
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

export function rootSlotName(slot: number): string | null {
  return ROOT_SLOT_NAMES[slot] ?? null;
}

/** The occupied slots of a CNode; `address` is that of its slot 0. */
function readSlots(reader: PhysicalReader, cnode: Capability, address: number, step: number): OccupiedSlot[] {
  const slots: OccupiedSlot[] = [];
  for (let index = 0; index < cnodeSlotCount(cnode); index++) {
    const capability = decodeSlot(reader, cnodeSlotAt(cnode, index));
    if (capability) slots.push({ index, address: address + index * step, capability });
  }
  return slots;
}

export function readCSpace(reader: PhysicalReader, root: Capability): CSpace {
  const cnodes: CNodeView[] = [];
  const others: OccupiedSlot[] = [];
  for (const slot of readSlots(reader, root, 0, 1 << L2_CNODE_BITS)) {
    const { index, address, capability } = slot;
    if (capability.type !== ObjType.L2CNode) {
      others.push(slot);
      continue;
    }
    cnodes.push({
      rootSlot: index,
      name: rootSlotName(index),
      capability,
      size: cnodeSlotCount(capability),
      slots: readSlots(reader, capability, address, 1),
    });
  }
  return { root, size: cnodeSlotCount(root), cnodes, others };
}

/** Capability addresses by the physical address of the slot. */
export function addressesBySlot({ cnodes, others }: CSpace): Map<number, number> {
  const slots = [...others, ...cnodes.flatMap((cnode) => cnode.slots)];
  return new Map(slots.map(({ capability, address }) => [capability.at, address]));
}
