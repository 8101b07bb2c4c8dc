/** Finds the slots of the caller's CSpace: from a capability address to the slot's memory, and back. */

import { DcbLayout } from "../../system/cpudriver/layout/dcb-layout";
import { CapLevel, CPTR_ROOTCN } from "../../system/kpi/cspace";
import { ObjType } from "../../system/kpi/object-types";
import { L2_CNODE_BITS, L2_CNODE_SLOTS, OBJSIZE_CTE } from "../../system/kpi/types";
import { type Capability, cnodeSlotAt, cnodeSlotCount, decodeSlot } from "../decode/capability";
import { decodeDcb } from "../decode/dcb";
import { decodeKernelState } from "../decode/kernel-state";
import type { PhysicalReader } from "../decode/memory-reader";

/** A slot as a call names it. */
export interface NamedSlot {
  address: number;
  /** How many parts of the address the look-up uses: 0 for the root CNode itself, 1 for a slot of the root, 2 for all. */
  level: number;
  /** Address of the root CNode in which the look-up starts; null for the caller's own. */
  root: number | null;
  /** What is in the slot; null if the look-up finds nothing. */
  holds: Capability | null;
}

/** Where a slot is. */
export interface Place {
  /** Physical address of the slot. */
  at: number;
  /** Capability address in the caller's CSpace; null for a slot outside of it. */
  address: number | null;
  level: 1 | 2;
  /** What the running dispatcher uses the slot for, if the slot is in its control block. */
  use?: "CSpace" | "VSpace" | "frame";
}

/** Granularity of the objects in which places are searched: the size of an object is a multiple of it. */
const KIB_BITS = 10;

/** The running program's CNodes at one time. */
export class Places {
  readonly root: Capability | null;
  /** Physical address of the root of the address space; null without one. */
  readonly l1Table: number | null;
  /** Slot in the root of each L2CNode, by each KiB of the CNode's memory. */
  private readonly cnodes = new Map<number, { base: number; rootSlot: number }>();
  private readonly dispatcherSlots = new Map<number, Place["use"]>();

  constructor(
    private readonly memory: PhysicalReader,
    kernelState: number,
  ) {
    const { currentDcb } = decodeKernelState(memory, kernelState);
    const dcb = currentDcb === null ? null : decodeDcb(memory, currentDcb);
    this.root = dcb?.cspace ?? null;
    this.l1Table = dcb?.vspace?.base ?? null;
    if (dcb) {
      this.dispatcherSlots.set(dcb.at + DcbLayout.CSPACE, "CSpace");
      this.dispatcherSlots.set(dcb.at + DcbLayout.VSPACE, "VSpace");
      this.dispatcherSlots.set(dcb.at + DcbLayout.DISPFRAME, "frame");
    }
    if (!this.root) return;
    for (let index = 0; index < cnodeSlotCount(this.root); index++) {
      const cnode = decodeSlot(memory, cnodeSlotAt(this.root, index));
      if (cnode?.type !== ObjType.L2CNode) continue;
      const first = Math.floor(cnode.base / 2 ** KIB_BITS);
      for (let kib = 0; kib < cnode.bytes / 2 ** KIB_BITS; kib++) {
        if (!this.cnodes.has(first + kib)) this.cnodes.set(first + kib, { base: cnode.base, rootSlot: index });
      }
    }
  }

  /** The place of the slot at a physical address. */
  placeOf(at: number): Place {
    const { root } = this;
    if (root && at >= root.base && at < root.base + root.bytes) {
      return { at, address: ((at - root.base) / OBJSIZE_CTE) * L2_CNODE_SLOTS, level: 1 };
    }
    const cnode = this.cnodes.get(Math.floor(at / 2 ** KIB_BITS));
    if (!cnode) return { at, address: null, level: 2, use: this.dispatcherSlots.get(at) };
    return { at, address: cnode.rootSlot * L2_CNODE_SLOTS + (at - cnode.base) / OBJSIZE_CTE, level: 2 };
  }

  /** Physical address of the slot with a capability address of two levels, whether it is empty or not; null without one. */
  slotAt(address: number): number | null {
    const cnode = this.holds(this.root, address, CapLevel.L1);
    const index = address & (L2_CNODE_SLOTS - 1);
    if (cnode?.type !== ObjType.L2CNode || index >= cnodeSlotCount(cnode)) return null;
    return cnodeSlotAt(cnode, index);
  }

  /** Looks up a slot as the CPU driver does, but without regard to rights. */
  lookUp(address: number, level: number, rootAddress = CPTR_ROOTCN): NamedSlot {
    const root = rootAddress === CPTR_ROOTCN ? null : rootAddress;
    const from = root === null ? this.root : this.holds(this.root, root, CapLevel.L2);
    return { address, level, root, holds: this.holds(from, address, level) };
  }

  private holds(root: Capability | null, address: number, level: number): Capability | null {
    if (root === null || level === CapLevel.ROOT) return root;
    if (root.type !== ObjType.L1CNode) return null;
    const first = this.slotOf(root, address >>> L2_CNODE_BITS);
    if (level === CapLevel.L1 || first === null) return first;
    if (level !== CapLevel.L2 || first.type !== ObjType.L2CNode) return null;
    return this.slotOf(first, address & (L2_CNODE_SLOTS - 1));
  }

  private slotOf(cnode: Capability, index: number): Capability | null {
    return index < cnodeSlotCount(cnode) ? decodeSlot(this.memory, cnodeSlotAt(cnode, index)) : null;
  }
}
