/**
 * Reads the CPU driver's memory from outside: every slot of the mapping database, every CNode, control block and page
 * table. It uses the layout of the structures (`system/cpudriver/layout/`), but none of the code that changes them.
 */

import type { DirectMachine } from "../../machines/hosted/direct/direct-machine";
import { addressOfKey, bytesOf } from "../../observe/decode/object-range";
import { CteFlag, CteLayout, CteWord } from "../../system/cpudriver/layout/cte-layout";
import { DCB_SLOTS } from "../../system/cpudriver/layout/dcb-layout";
import { POINTER_OFFSET } from "../../system/cpudriver/layout/kernel-space";
import { KernelStateLayout } from "../../system/cpudriver/layout/kernel-state-layout";
import { ObjType, typeHoldsSlots, typeIsMappable, typeIsMapping, typeName } from "../../system/kpi/object-types";
import { BASE_PAGE_SIZE } from "../../system/kpi/types";

/** A slot that holds a capability. */
export interface SlotContents {
  /** Physical address of the slot. */
  at: number;
  type: ObjType;
  base: number;
  bytes: number;
  /** For a mapping: physical addresses of the mapped slot and of the first entry, and the number of entries. */
  mapping: { frame: number; pte: number; count: number; live: boolean } | null;
}

const VNODE_BYTES: Partial<Record<ObjType, number>> = {
  [ObjType.VNode_ARM_l1]: 16384,
  [ObjType.VNode_ARM_l2]: 1024,
};

export class KernelMemory {
  constructor(readonly machine: DirectMachine) {}

  get dramBase(): number {
    return this.machine.memory.region.base;
  }

  view(pa: number, bytes: number): DataView {
    return new DataView(this.machine.memory.wasm.buffer, this.machine.memory.offset(pa, bytes), bytes);
  }

  word(pa: number): number {
    return this.machine.bytes.getUint32(pa - this.dramBase, true);
  }

  /** The offset in RAM that a pointer of the CPU driver refers to. */
  private pointer(pa: number): number {
    return this.word(pa) & POINTER_OFFSET;
  }

  setWord(pa: number, value: number): void {
    this.view(pa, 4).setUint32(0, value, true);
  }

  /** Whether every word of the range is zero. */
  isZero(pa: number, bytes: number): boolean {
    const dram = this.machine.bytes;
    const end = pa - this.dramBase + bytes;
    let at = pa - this.dramBase;
    while (at < end && dram.getUint32(at, true) === 0) at += 4;
    return at >= end;
  }

  stateField(field: KernelStateLayout): number {
    return this.word(this.machine.kernelState + field);
  }

  setStateField(field: KernelStateLayout, value: number): void {
    this.setWord(this.machine.kernelState + field, value);
  }

  /** Every slot in the mapping database, in the order of the tree. A slot that is mapped is followed by its mappings. */
  slots(): SlotContents[] {
    const slots: SlotContents[] = [];
    const above: number[] = [];
    let node = this.pointer(this.machine.kernelState + KernelStateLayout.MDB_ROOT);
    while (node !== 0 || above.length > 0) {
      while (node !== 0) {
        above.push(node);
        node = this.pointer(this.dramBase + node + CteLayout.LEFT);
      }
      node = above.pop() as number;
      const slot = this.slotAt(this.dramBase + node);
      slots.push(slot, ...(typeIsMappable(slot.type) ? this.mappingsOf(slot) : []));
      node = this.pointer(this.dramBase + node + CteLayout.RIGHT);
    }
    return slots;
  }

  /** The slots in the list of a slot that is mapped. */
  private mappingsOf({ at }: SlotContents): SlotContents[] {
    const slots: SlotContents[] = [];
    for (let next = this.pointer(at + CteWord.MAPPINGS); next !== 0; ) {
      slots.push(this.slotAt(this.dramBase + next));
      next = this.pointer(this.dramBase + next + CteWord.FRAME_NEXT);
    }
    return slots;
  }

  slotAt(at: number): SlotContents {
    const cte = this.view(at, CteLayout.SIZE);
    const type: ObjType = cte.getUint8(CteLayout.TYPE);
    const key = cte.getUint32(CteLayout.KEY, true);
    const mapping = {
      frame: this.dramBase + this.pointer(at + CteWord.FRAME),
      pte: cte.getUint32(CteWord.PTE, true),
      count: cte.getUint16(CteLayout.COUNT, true),
      live: (cte.getUint8(CteLayout.FLAGS) & CteFlag.VOID) === 0,
    };
    return {
      at,
      type,
      base: addressOfKey(key),
      bytes: bytesOf(key, cte.getUint32(CteLayout.END_KIB, true)),
      mapping: typeIsMapping(type) ? mapping : null,
    };
  }

  /** The pages of RAM that have a finger (`system/cpudriver/mdb/fingers.ts`), and the slot that it leads to. */
  *fingers(): Iterable<[page: number, slot: number]> {
    const table = this.dramBase + this.pointer(this.machine.kernelState + KernelStateLayout.FINGERS);
    const pages = this.stateField(KernelStateLayout.DRAM_BYTES) / BASE_PAGE_SIZE;
    const words = new Uint32Array(this.machine.memory.wasm.buffer, this.machine.memory.offset(table, 4 * pages), pages);
    for (let page = 0; page < pages; page++) {
      const pointer = words[page] as number;
      if (pointer !== 0) yield [this.dramBase + page * BASE_PAGE_SIZE, this.dramBase + (pointer & POINTER_OFFSET)];
    }
  }

  /** Addresses of the valid entries of a page table. */
  validEntries(table: SlotContents): number[] {
    const bytes = VNODE_BYTES[table.type];
    if (bytes === undefined) return [];
    const view = this.view(table.base, bytes);
    const valid: number[] = [];
    for (let i = 0; i < bytes; i += 4) if ((view.getUint32(i, true) & 3) !== 0) valid.push(table.base + i);
    return valid;
  }

  /** Memory that only the CPU driver may change, by name: slots, control blocks and page tables. */
  kernelObjects(): Map<string, DataView> {
    const objects = new Map<string, DataView>();
    for (const { type, base, bytes } of this.slots()) {
      const isKernelObject =
        type === ObjType.L1CNode || type === ObjType.L2CNode || type === ObjType.Dispatcher || type in VNODE_BYTES;
      if (isKernelObject) objects.set(`${typeName(type)} at 0x${base.toString(16)}`, this.view(base, bytes));
    }
    objects.set("the state of the CPU driver", this.view(this.machine.kernelState, KernelStateLayout.PANIC_FLAG));
    return objects;
  }

  /** Addresses of all slots in objects, each once. */
  *places(): Iterable<number> {
    const seen = new Set<number>();
    for (const { type, base, bytes } of this.slots()) {
      if (!typeHoldsSlots(type) || seen.has(base)) continue;
      seen.add(base);
      const end = base + (type === ObjType.Dispatcher ? DCB_SLOTS * CteLayout.SIZE : bytes);
      for (let at = base; at < end; at += CteLayout.SIZE) yield at;
    }
  }
}

/** FNV-1a on 32-bit words. */
function hash(view: DataView): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < view.byteLength; at += 4) value = Math.imul(value ^ view.getUint32(at, true), 0x01000193);
  return value >>> 0;
}

/** Hashes every kernel object, to detect whether a call changes one. */
export function fingerprint(memory: KernelMemory): Map<string, number> {
  return new Map([...memory.kernelObjects()].map(([name, view]) => [name, hash(view)]));
}

/** Names of the objects that differ between two fingerprints. */
export function changes(before: Map<string, number>, after: Map<string, number>): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name));
}
