/** The dump at the end of a trace, decoded from the machine's memory: no system call has a part in it. */
import { type Capability, cnodeSlotAt, decodeSlot } from "../../inspector/decode/capability";
import { decodeDcb } from "../../inspector/decode/dcb";
import { decodeKernelState } from "../../inspector/decode/kernel-state";
import { readMappingDatabase, relateObjects, relationsBySlot } from "../../inspector/decode/mapping-database";
import { PhysicalReader } from "../../inspector/decode/memory-reader";
import { mergeRuns, readL1Table, readL2Table, type TableEntry } from "../../inspector/decode/page-table";
import { ObjType, typeIsVNode } from "../../kpi/object-types";
import { L2_CNODE_BITS, L2_CNODE_SLOTS } from "../../kpi/types";
import type { DirectMachine } from "../../machine/direct/direct-machine";
import type { CapRow, Dump, RunRow, TableRow } from "./trace";
import type { TraceSpace } from "./trace-space";

const flag = (value: boolean) => (value ? 1 : 0);

/** The capabilities of a trace's slots, by slot. */
export class SlotReader {
  readonly reader: PhysicalReader;
  private readonly root: Capability;

  constructor(
    readonly machine: DirectMachine,
    readonly space: TraceSpace,
  ) {
    const { memory } = machine;
    this.reader = new PhysicalReader(memory.dram, memory.region.base);
    const { currentDcb } = decodeKernelState(this.reader, machine.kernelState);
    const root = currentDcb === null ? null : decodeDcb(this.reader, currentDcb).cspace;
    if (root === null) throw new Error("the running dispatcher has no CSpace");
    this.root = root;
  }

  read(slot: number): Capability | null {
    const { cnode, slot: index } = this.space.place(slot);
    const l2 = decodeSlot(this.reader, cnodeSlotAt(this.root, cnode >>> L2_CNODE_BITS));
    return l2 === null ? null : decodeSlot(this.reader, cnodeSlotAt(l2, index));
  }

  /** Every occupied slot below `slots`, in rising order. */
  *occupied(slots: number): Generator<{ slot: number; capability: Capability }> {
    for (let slot = 0; slot < slots; slot += L2_CNODE_SLOTS) {
      const { cnode } = this.space.place(slot);
      const l2 = decodeSlot(this.reader, cnodeSlotAt(this.root, cnode >>> L2_CNODE_BITS));
      if (l2 === null) continue;
      for (let index = 0; index < L2_CNODE_SLOTS; index++) {
        const capability = decodeSlot(this.reader, cnodeSlotAt(l2, index));
        if (capability) yield { slot: slot + index, capability };
      }
    }
  }
}

export function dumpMemory(slots: SlotReader, count: number): Dump {
  const { reader, machine, space } = slots;
  const state = decodeKernelState(reader, machine.kernelState);
  const relations = relationsBySlot(relateObjects(readMappingDatabase(reader, state)));
  const dump: CapRow[] = [];
  const tables: TableRow[] = [];
  const seen = new Set<number>();
  for (const { slot, capability } of slots.occupied(count)) {
    const { at, type, typeName, base, bytes } = capability;
    const related = relations.get(at);
    if (!related) throw new Error(`slot ${slot} is not in the mapping database`);
    const flags = [flag(related.copies), flag(related.descendants), flag(related.ancestors)] as const;
    dump.push([slot, typeName, space.toTrace(type, base), bytes, ...flags]);
    if (!typeIsVNode(type) || seen.has(base)) continue;
    tables.push({ slot, ...readRuns(reader, type, base) });
    seen.add(base);
  }
  return { dump, tables };
}

/** The valid entries of a table; page tables of other architectures never get any. */
function readEntries(reader: PhysicalReader, type: ObjType, base: number): TableEntry[] {
  if (type === ObjType.VNode_ARM_l1) return readL1Table(reader, base);
  return type === ObjType.VNode_ARM_l2 ? readL2Table(reader, base) : [];
}

function readRuns(reader: PhysicalReader, type: ObjType, base: number): { valid: number; runs: RunRow[] } {
  const entries = readEntries(reader, type, base);
  // A trace does not tell whether code may run or what kind of memory is not cached: no reason to split a run.
  const alike = entries.map((entry): TableEntry => ({ ...entry, executeNever: false, device: false }));
  return { valid: entries.length, runs: mergeRuns(alike).map(runRow) };
}

function runRow({ index, entries, kind, address, access, cached }: TableEntry & { entries: number }): RunRow {
  switch (kind) {
    case "table":
      return [index, entries, kind, address];
    case "page":
    case "section":
      return [index, entries, kind, address, access, flag(cached)];
    default:
      throw new Error(`a page table holds a ${kind}, which the CPU driver never writes`);
  }
}
