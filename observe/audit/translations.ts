/**
 * Checks what the MMU can reach against the capabilities.
 *
 * The walk starts where the hardware starts: at the L1 table in TTBR0 and at the L1 table of every dispatcher. It reads
 * all entries of these tables and of the L2 tables that they name. Capabilities do not decide what is read, so the
 * check also finds a table or entry that no capability leads to any more. Every valid entry must then have
 *
 * - exactly one live mapping, of the right type, whose slot holds the capability that the entry leads to;
 * - a capability for the table that it is in;
 * - no memory of the CPU driver among the memory that it gives to the program.
 *
 * Entries are decoded here from the architecture manual (ARMv7-A, B3.5), without the code that writes them. The check
 * runs after each operation of long random tests, so it reads words and makes no objects for entries that are correct.
 */

import type { Bytes } from "../../machines/calls/call-machine";
import { CteFlag, CteLayout, CteWord } from "../../system/cpudriver/layout/cte-layout";
import { DcbLayout } from "../../system/cpudriver/layout/dcb-layout";
import { POINTER_OFFSET } from "../../system/cpudriver/layout/kernel-space";
import { KernelStateLayout } from "../../system/cpudriver/layout/kernel-state-layout";
import { ObjType, typeIsMappable, typeIsMapping, typeIsVNode, typeName } from "../../system/kpi/object-types";
import {
  ARM_L1_ENTRIES,
  ARM_L1_USER_ENTRIES,
  ARM_L2_ENTRIES,
  OBJSIZE_VNODE_ARM_L1,
  OBJSIZE_VNODE_ARM_L2,
} from "../../system/kpi/types";
import { addressOfKey, bytesOf } from "../decode/object-range";

/** The parts of a machine that this check reads. */
export interface AuditedMachine {
  readonly dram: { readonly base: number };
  /** The present contents of DRAM. */
  readonly bytes: Bytes;
  /** Physical address of the CPU driver's state. */
  readonly kernelState: number;
  /** Physical address of the L1 table that the MMU walks for the program. Absent if the machine cannot report it. */
  readonly ttbr0?: number;
}

const ENTRY_BYTES = 4;
const PAGE = 0x1000;
const SECTION = 0x100000;

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

/** A page table of the first or second level. */
interface Table {
  readonly level: 1 | 2;
  readonly base: number;
}

/** Describes the entry at a physical address for a message. */
function nameOf(at: number, { level, base }: Table): string {
  return `entry ${(at - base) / ENTRY_BYTES} of the L${level} table at ${hex(base)}`;
}

/** The expected state according to the capabilities in the mapping database. */
class Claims {
  /** Address of a page-table entry -> slot of the live mapping that owns it. */
  readonly owners = new Map<number, number>();
  /** Physical addresses of the tables that have a capability, by type. */
  readonly l1Tables = new Set<number>();
  readonly l2Tables = new Set<number>();
  readonly slots = new Set<number>();
  readonly dispatchers: number[] = [];
  /** Objects of the CPU driver in order of address: start, end. */
  readonly kernelObjects: { start: number; end: number; type: ObjType }[] = [];
}

class Audit {
  readonly broken: string[] = [];
  private readonly claims = new Claims();
  private readonly base: number;
  private readonly bytes: Bytes;
  /** First address after the CPU driver's own data, which start where DRAM starts. */
  private readonly kernelEnd: number;

  constructor(private readonly machine: AuditedMachine) {
    this.base = machine.dram.base;
    this.bytes = machine.bytes;
    this.kernelEnd = machine.kernelState + KernelStateLayout.SIZE;
  }

  run(): string[] {
    if (this.state(KernelStateLayout.CURRENT_DCB) === 0) return [];
    this.readDatabase();
    for (const root of this.roots()) this.walk(root);
    return this.broken;
  }

  private word(pa: number): number {
    return this.bytes.getUint32(pa - this.base, true);
  }

  /** The offset in RAM that a pointer of the CPU driver refers to. */
  private pointer(pa: number): number {
    return this.word(pa) & POINTER_OFFSET;
  }

  private state(field: KernelStateLayout): number {
    return this.word(this.machine.kernelState + field);
  }

  private typeAt(slot: number): ObjType {
    return this.bytes.getUint8(slot - this.base + CteLayout.TYPE);
  }

  /** The memory of the object whose capability is in a slot. */
  private rangeOf(slot: number): { start: number; end: number } {
    const key = this.word(slot + CteLayout.KEY);
    const start = addressOfKey(key);
    return { start, end: start + bytesOf(key, this.word(slot + CteLayout.END_KIB)) };
  }

  private readDatabase(): void {
    const above: number[] = [];
    let node = this.pointer(this.machine.kernelState + KernelStateLayout.MDB_ROOT);
    while (node !== 0 || above.length > 0) {
      while (node !== 0) {
        above.push(node);
        node = this.pointer(this.base + node + CteLayout.LEFT);
      }
      node = above.pop() as number;
      this.readSlot(this.base + node);
      if (typeIsMappable(this.typeAt(this.base + node))) this.readMappingsOf(this.base + node);
      node = this.pointer(this.base + node + CteLayout.RIGHT);
    }
  }

  /** Reads the mappings that hang in the list of a slot. */
  private readMappingsOf(frame: number): void {
    for (let next = this.pointer(frame + CteWord.MAPPINGS); next !== 0; ) {
      const at = this.base + next;
      if (this.claims.slots.has(at)) {
        this.broken.push(
          `the list of the slot at ${hex(frame)} leads to the slot at ${hex(at)}, which is known already`,
        );
        return;
      }
      this.readSlot(at);
      next = this.pointer(at + CteWord.FRAME_NEXT);
    }
  }

  private readSlot(at: number): void {
    const { claims } = this;
    const type = this.typeAt(at);
    claims.slots.add(at);
    if (typeIsMapping(type)) {
      const isVoid = (this.bytes.getUint8(at - this.base + CteLayout.FLAGS) & CteFlag.VOID) !== 0;
      if (!isVoid) this.readMapping(at);
      return;
    }
    const { start, end } = this.rangeOf(at);
    if (type === ObjType.VNode_ARM_l1) claims.l1Tables.add(start);
    else if (type === ObjType.VNode_ARM_l2) claims.l2Tables.add(start);
    else if (type === ObjType.Dispatcher) claims.dispatchers.push(start);
    if (isKernelObject(type)) {
      claims.kernelObjects.push({ start, end, type });
    }
  }

  private readMapping(at: number): void {
    const { owners } = this.claims;
    const pte = this.word(at + CteWord.PTE);
    const end = pte + this.bytes.getUint16(at - this.base + CteLayout.COUNT, true) * ENTRY_BYTES;
    for (let entry = pte; entry < end; entry += ENTRY_BYTES) {
      if (owners.has(entry)) this.broken.push(`the entry at ${hex(entry)} has two live mappings`);
      owners.set(entry, at);
    }
  }

  /** L1 tables that the MMU walks now or when another dispatcher runs. */
  private roots(): Set<number> {
    const roots = new Set<number>();
    if (this.machine.ttbr0 !== undefined) roots.add(this.machine.ttbr0);
    const dispatchers = new Set(this.claims.dispatchers);
    const pointers = [this.pointer(this.machine.kernelState + KernelStateLayout.CURRENT_DCB)];
    for (let dcb = this.pointer(this.machine.kernelState + KernelStateLayout.RUN_QUEUE); dcb !== 0; ) {
      pointers.push(dcb);
      dcb = this.pointer(this.base + dcb + DcbLayout.RUN_NEXT);
    }
    for (const dcb of pointers) dispatchers.add(this.base + dcb);
    for (const dcb of dispatchers) {
      const slot = dcb + DcbLayout.VSPACE;
      if (this.typeAt(slot) === ObjType.VNode_ARM_l1) roots.add(this.rangeOf(slot).start);
    }
    return roots;
  }

  private walk(l1: number): void {
    if (!this.claims.l1Tables.has(l1))
      this.broken.push(`the MMU walks the L1 table at ${hex(l1)}, which has no capability`);
    const table: Table = { level: 1, base: l1 };
    const seen = new Set<number>();
    for (let index = 0; index < ARM_L1_ENTRIES; index++) {
      const at = l1 + index * ENTRY_BYTES;
      const descriptor = this.word(at);
      if ((descriptor & 3) === 0) continue;
      if (index >= ARM_L1_USER_ENTRIES) this.broken.push(`${nameOf(at, table)} lies in the CPU driver's half`);
      if ((descriptor & 3) === 1) {
        const l2 = (descriptor & ~0x3ff) >>> 0;
        this.checkTable(at, table, l2);
        if (!seen.has(l2)) this.walkSecondLevel(l2);
        seen.add(l2);
      } else if (descriptor & (1 << 18)) {
        this.broken.push(`${nameOf(at, table)} is a supersection, which the CPU driver never writes`);
      } else {
        const isPrivate = ((descriptor >>> 10) & 0b11) === 0b01 && (descriptor & (1 << 15)) === 0;
        this.checkMemory(at, table, (descriptor & 0xfff00000) >>> 0, SECTION, isPrivate);
      }
    }
  }

  private walkSecondLevel(l2: number): void {
    if (!this.isInDram(l2, ARM_L2_ENTRIES * ENTRY_BYTES)) return;
    const table: Table = { level: 2, base: l2 };
    for (let index = 0; index < ARM_L2_ENTRIES; index++) {
      const at = l2 + index * ENTRY_BYTES;
      const descriptor = this.word(at);
      if ((descriptor & 3) === 0) continue;
      if ((descriptor & 2) === 0) {
        this.broken.push(`${nameOf(at, table)} is a large page, which the CPU driver never writes`);
      } else {
        const isPrivate = ((descriptor >>> 4) & 0b11) === 0b01 && (descriptor & (1 << 9)) === 0;
        this.checkMemory(at, table, (descriptor & 0xfffff000) >>> 0, PAGE, isPrivate);
      }
    }
  }

  private isInDram(pa: number, bytes: number): boolean {
    return pa >= this.base && pa + bytes <= this.base + this.bytes.byteLength;
  }

  /** Checks an L1 entry that leads to the L2 table at `l2`. */
  private checkTable(at: number, table: Table, l2: number): void {
    if (!this.claims.l2Tables.has(l2)) {
      this.broken.push(`${nameOf(at, table)} leads to ${hex(l2)}, which is not an L2 table`);
    }
    const source = this.sourceOf(at, table, ObjType.VNode_ARM_l2);
    if (source !== null && this.rangeOf(source).start !== l2) {
      this.broken.push(`${nameOf(at, table)} leads to ${hex(l2)}, but its mapping is of another table`);
    }
  }

  /** Checks an entry that leads to a page or section at `pa`. */
  private checkMemory(at: number, table: Table, pa: number, bytes: number, isPrivate: boolean): void {
    const source = this.sourceOf(at, table, ObjType.Frame, ObjType.DevFrame);
    if (source !== null) {
      const { start, end } = this.rangeOf(source);
      if (pa < start || pa + bytes > end) {
        this.broken.push(`${nameOf(at, table)} leads to ${hex(pa)}, outside of the frame that its mapping maps`);
      }
    }
    if (isPrivate) return;
    const shown = this.kernelMemoryIn(pa, pa + bytes);
    if (shown !== null) this.broken.push(`${nameOf(at, table)} gives the program access to ${shown}`);
  }

  /**
   * The slot that an entry's mapping maps. If there is no mapping of the right type, adds a message and returns null.
   */
  private sourceOf(at: number, table: Table, type: ObjType, orType: ObjType = type): number | null {
    const { claims } = this;
    const mapping = claims.owners.get(at);
    if (mapping === undefined) {
      this.broken.push(`${nameOf(at, table)} is valid but belongs to no live mapping`);
      return null;
    }
    const source = this.base + this.pointer(mapping + CteWord.FRAME);
    const found = claims.slots.has(source) ? this.typeAt(source) : ObjType.Null;
    if (found === type || found === orType) return source;
    this.broken.push(
      `${nameOf(at, table)} is mapped from a slot that holds ${found === ObjType.Null ? "nothing" : typeName(found)}`,
    );
    return null;
  }

  private kernelMemoryIn(start: number, end: number): string | null {
    if (start < this.kernelEnd && this.base < end) return "the CPU driver's data";
    const [l1, vectors] = [this.state(KernelStateLayout.KERNEL_L1), this.state(KernelStateLayout.VECTORS_L2)];
    const isOwnTable = start < l1 + OBJSIZE_VNODE_ARM_L1 && l1 < end;
    if (isOwnTable || (start < vectors + OBJSIZE_VNODE_ARM_L2 && vectors < end)) return "the CPU driver's page tables";
    const objects = this.claims.kernelObjects;
    let [low, high] = [0, objects.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (objects[middle]!.end <= start) low = middle + 1;
      else high = middle;
    }
    const object = objects[low];
    return object && object.start < end ? `the ${typeName(object.type)} at ${hex(object.start)}` : null;
  }
}

function isKernelObject(type: ObjType): boolean {
  switch (type) {
    case ObjType.L1CNode:
    case ObjType.L2CNode:
    case ObjType.Dispatcher:
    case ObjType.KernelControlBlock:
      return true;
    default:
      return typeIsVNode(type);
  }
}

/** Returns one message for each thing that the MMU can reach but must not. Empty if all is well or no program runs. */
export function auditTranslations(machine: AuditedMachine): string[] {
  return new Audit(machine).run();
}
