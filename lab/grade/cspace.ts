/**
 * The program's capabilities, as the CPU driver's memory shows them. A program cannot write that memory. Reading it is no
 * system call, so a scenario leaves no trace in the run.
 */
import { type Capability, cnodeSlotAt, cnodeSlotCount, decodeSlot } from "../../observe/decode/capability";
import { PhysicalReader } from "../../observe/decode/memory-reader";
import { DcbLayout } from "../../system/cpudriver/layout/dcb-layout";
import { KernelStateLayout } from "../../system/cpudriver/layout/kernel-state-layout";
import { CPTR_ROOTCN } from "../../system/kpi/cspace";
import { ObjType } from "../../system/kpi/object-types";
import { L2_CNODE_BITS, L2_CNODE_SLOTS } from "../../system/kpi/types";

/** What the slots are read from: a machine. */
export interface CSpaceMemory {
  readonly bytes: DataView;
  readonly dram: { readonly base: number };
  readonly kernelState: number;
}

/** Parts of a program's reference to a slot: address of the CNode's root, level, and address of the slot. */
const ROOT_SHIFT = 32n;
const ROOT_MASK = 0x7fffffffn;
const IS_L2_SHIFT = 63n;
const ADDRESS_MASK = 0xffffffffn;

export class ProgramSlots {
  private readonly reader: PhysicalReader;

  constructor(private readonly machine: CSpaceMemory) {
    this.reader = new PhysicalReader(machine.bytes, machine.dram.base);
  }

  /** Number of capabilities of the whole machine. */
  count(): number {
    return this.reader.u32(this.machine.kernelState + KernelStateLayout.MDB_COUNT);
  }

  /** What a capability reference of the program stands for; null if the slot is empty or does not exist. */
  identify(cap: bigint): Capability | null {
    const at = this.slotOf(cap);
    return at === null ? null : this.contents(at);
  }

  /** What is in the slot at a physical address; null if it is empty. */
  contents(at: number): Capability | null {
    return decodeSlot(this.reader, at);
  }

  /** Physical address of the slot that a capability reference names; null if there is none. */
  slotOf(cap: bigint): number | null {
    if (Number((cap >> ROOT_SHIFT) & ROOT_MASK) !== CPTR_ROOTCN) return null;
    return this.slotAt(Number(cap & ADDRESS_MASK), cap >> IS_L2_SHIFT === 1n);
  }

  /** Physical address of the slot with a capability address; null if there is none. */
  slotAt(address: number, isL2 = true): number | null {
    const root = this.root();
    const first = root && slotIn(root, address >>> L2_CNODE_BITS);
    if (first === null || !isL2) return first;
    const cnode = decodeSlot(this.reader, first);
    return cnode?.type === ObjType.L2CNode ? slotIn(cnode, address & (L2_CNODE_SLOTS - 1)) : null;
  }

  private root(): Capability | null {
    const dcb = this.reader.pointer(this.machine.kernelState + KernelStateLayout.CURRENT_DCB);
    return dcb === null ? null : decodeSlot(this.reader, dcb + DcbLayout.CSPACE);
  }
}

function slotIn(cnode: Capability, index: number): number | null {
  return index < cnodeSlotCount(cnode) ? cnodeSlotAt(cnode, index) : null;
}
