/** Has a call done harm? Looked at from outside, in the memory of the machine. */

import { KernelStateLayout } from "../../cpudriver/layout/kernel-state-layout";
import { decodeKernelState } from "../../inspector/decode/kernel-state";
import { PhysicalReader } from "../../inspector/decode/memory-reader";
import { bytesPerEntry, readL1Table, readL2Table } from "../../inspector/decode/page-table";
import { ObjType, typeIsVNode, typeName } from "../../kpi/object-types";
import { DebugCall } from "../../kpi/system-calls";
import { OBJSIZE_CTE, OBJSIZE_VNODE_ARM_L1 } from "../../kpi/types";
import { debugWords } from "../../machine/direct/call-words";
import type { DirectMachine } from "../../machine/direct/direct-machine";
import { audit } from "../../tests/support/audit";
import { changes, fingerprint, KernelMemory, type SlotContents } from "../../tests/support/slots";
import { IRQ_LINE, IRQ_LINES } from "./victim";

interface Range {
  readonly what: string;
  readonly start: number;
  readonly end: number;
}

export class Damage {
  private readonly memory: KernelMemory;
  private readonly reader: PhysicalReader;
  /** Page-table entries that start-up wrote, for which there is no mapping. */
  private readonly given: ReadonlySet<number>;
  /** Where the CPU driver keeps the slots of the interrupt lines. */
  private readonly lines: number;

  /** To be made after boot, before the first call. */
  constructor(private readonly machine: DirectMachine) {
    this.memory = new KernelMemory(machine);
    this.reader = new PhysicalReader(machine.memory.dram, machine.memory.region.base);
    const slots = this.memory.slots();
    const mapped = new Set(slots.flatMap(({ mapping }) => (mapping?.live ? entriesOf(mapping) : [])));
    const valid = slots.flatMap((slot) => this.memory.validEntries(slot));
    this.given = new Set(valid.filter((entry) => !mapped.has(entry)));
    this.lines = this.strays(slots)[0]! - IRQ_LINE * OBJSIZE_CTE;
  }

  /** Occupied slots that are in no CNode and no dispatcher. */
  private strays(slots: readonly SlotContents[]): number[] {
    const places = new Set(this.memory.places());
    return slots.flatMap(({ at }) => (places.has(at) ? [] : [at]));
  }

  private straysThatAreNoLines(): string[] {
    return this.strays(this.memory.slots())
      .map((at) => (at - this.lines) / OBJSIZE_CTE)
      .filter((line) => !(Number.isInteger(line) && line >= 0 && line < IRQ_LINES))
      .map((line) => `a slot where none is, as if it were interrupt line ${line}`);
  }

  /** What the CPU driver's own objects look like. */
  fingerprint(): Map<string, number> {
    return fingerprint(this.memory);
  }

  /** Objects that are not as they were. */
  since(before: Map<string, number>): string[] {
    return changes(before, this.fingerprint()).map((what) => `changed: ${what}`);
  }

  /** Everything that is broken. */
  all(): string[] {
    const invariants = this.machine.call(debugWords(DebugCall.CHECK_INVARIANTS)).value === 1;
    return [
      ...(invariants ? [] : ["the CPU driver finds its mapping database broken"]),
      ...audit(this.memory, this.given),
      ...this.userAccessToKernel(),
      ...this.straysThatAreNoLines(),
    ];
  }

  /** Pages and sections through which a program could get at what is the CPU driver's. */
  private userAccessToKernel(): string[] {
    const slots = this.memory.slots();
    const ranges = this.kernelRanges(slots);
    const broken: string[] = [];
    const seen = new Set<number>();
    for (const { type, base } of slots) {
      if ((type !== ObjType.VNode_ARM_l1 && type !== ObjType.VNode_ARM_l2) || seen.has(base)) continue;
      seen.add(base);
      const entries = type === ObjType.VNode_ARM_l1 ? readL1Table(this.reader, base) : readL2Table(this.reader, base);
      for (const { index, kind, address, access } of entries) {
        if (access === "") continue;
        const end = address + bytesPerEntry(kind);
        const range = ranges.find((kernel) => address < kernel.end && kernel.start < end);
        if (range) broken.push(`entry ${index} of the table at 0x${base.toString(16)} shows a program ${range.what}`);
      }
    }
    return broken;
  }

  private kernelRanges(slots: readonly SlotContents[]): Range[] {
    const { region } = this.machine.memory;
    const { kernelL1 } = decodeKernelState(this.reader, this.machine.kernelState);
    const objects = slots
      .filter(({ type }) => isKernelObject(type))
      .map(({ type, base, bytes }) => ({ what: typeName(type), start: base, end: base + bytes }));
    const stateEnd = this.machine.kernelState + KernelStateLayout.SIZE;
    return [
      { what: "the CPU driver's data", start: region.base, end: stateEnd },
      { what: "the CPU driver's page table", start: kernelL1, end: kernelL1 + OBJSIZE_VNODE_ARM_L1 },
      ...objects,
    ];
  }
}

function isKernelObject(type: ObjType): boolean {
  const others = [ObjType.L1CNode, ObjType.L2CNode, ObjType.Dispatcher, ObjType.KernelControlBlock];
  return typeIsVNode(type) || others.includes(type);
}

const ENTRY_BYTES = 4;

function entriesOf({ pte, count }: { pte: number; count: number }): number[] {
  return Array.from({ length: count }, (_, i) => pte + i * ENTRY_BYTES);
}
