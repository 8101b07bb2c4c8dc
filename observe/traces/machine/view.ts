/**
 * Reads the machine's memory and describes it in a trace's terms: slots by the trace's numbers, memory at the trace's
 * addresses. It makes no system calls and keeps no data between two readings.
 *
 *     256 * c + i       entry i of the trace's CNode c
 *     OWN_ROOT + i      entry i of the root that the driver began with
 *     ROOT_OF_DRIVER    the system's slots for the driver's root
 *     from 0x10000 on   a slot inside an object of the trace: its physical address
 */

import type { CallMachine } from "../../../machines/calls/call-machine";
import { RootSlot, rootSlotAddress, TaskSlot } from "../../../system/kpi/cspace";
import { ObjType, typeIsVNode } from "../../../system/kpi/object-types";
import { L2_CNODE_BITS, L2_CNODE_SLOTS, OBJSIZE_CTE } from "../../../system/kpi/types";
import { type Capability, cnodeSlotAt, decodeSlot } from "../../decode/capability";
import { decodeDcb } from "../../decode/dcb";
import { decodeKernelState } from "../../decode/kernel-state";
import { readMappingDatabase, relateObjects, relationsBySlot } from "../../decode/mapping-database";
import { PhysicalReader } from "../../decode/memory-reader";
import { mergeRuns, readL1Table, readL2Table, type TableEntry } from "../../decode/page-table";
import { firstFreeEntry, OWN_ROOT, ROOT_OF_DRIVER, type SlotName } from "../operation";
import type { CapRow, Dump, Flag, MemoryRange, RunRow, Setting, TableRow } from "../trace";
import type { TraceSpace } from "./space";

/** A capability that the trace can name, with its number in the trace. */
export interface Known {
  readonly slot: number;
  readonly cap: Capability;
}

const flag = (value: boolean): Flag => (value ? 1 : 0);
const isInside = (address: number, { base, bytes }: MemoryRange): boolean => address >= base && address < base + bytes;

export class MachineView {
  readonly reader: PhysicalReader;
  /** The memory of the root that the driver began with. */
  private readonly firstRoot: MemoryRange;
  /** Physical address of the slot in the task CNode that holds the driver's root. */
  private readonly taskSlot: number;
  /** Physical addresses of the trace's CNodes. */
  private readonly cnodes: readonly number[];
  /** Memory in which the trace makes its objects. */
  private readonly regions: readonly MemoryRange[];
  /** Entries of the driver's root below this one belong to the CPU driver and the replay. */
  private readonly firstEntry: number;

  constructor(
    private readonly machine: CallMachine,
    private readonly space: TraceSpace,
    { slots, caps }: Setting,
  ) {
    this.reader = new PhysicalReader(machine.bytes, machine.dram.base);
    this.firstRoot = this.root();
    space.addresses.add(OWN_ROOT, this.firstRoot.base, this.firstRoot.bytes);
    this.taskSlot = cnodeSlotAt(this.inRoot(rootSlotAddress(RootSlot.TASKCN))!, TaskSlot.ROOTCN);
    const count = slots / L2_CNODE_SLOTS;
    this.firstEntry = firstFreeEntry(count);
    this.cnodes = Array.from({ length: count }, (_, c) => this.inRoot(space.place(c * L2_CNODE_SLOTS).cnode)!.base);
    this.regions = caps.filter(({ type }) => type !== "VNode_ARM_l1").map((cap) => space.addresses.regionOnBoard(cap));
  }

  /** All capabilities in the mapping database in order. */
  database(): Capability[] {
    return readMappingDatabase(this.reader, this.state());
  }

  /** The capabilities among them that the trace can name, with their slot numbers. */
  known(database: readonly Capability[] = this.database()): Known[] {
    const root = this.root();
    return database
      .flatMap((cap) => {
        const slot = this.slotAt(cap.at, root);
        return slot === null ? [] : [{ slot, cap }];
      })
      .sort((left, right) => left.slot - right.slot);
  }

  /** The trace's number for the slot at a physical address; null if the trace cannot name the slot. */
  slotAt(at: number, root: Capability = this.root()): number | null {
    const index = (base: number): number => (at - base) / OBJSIZE_CTE;
    const c = this.cnodes.findIndex((base) => at >= base && index(base) < L2_CNODE_SLOTS);
    if (c >= 0) return c * L2_CNODE_SLOTS + index(this.cnodes[c]!);
    if (at === root.at) return ROOT_OF_DRIVER.dispatcher;
    if (at === this.taskSlot) return ROOT_OF_DRIVER.task;
    if (isInside(at, root) && index(root.base) < this.firstEntry) return null;
    if (isInside(at, this.firstRoot)) return OWN_ROOT + index(this.firstRoot.base);
    return this.regions.some((region) => isInside(at, region)) ? this.space.addresses.toTrace(at) : null;
  }

  /** The capability in a slot; null if the slot is empty or does not exist. */
  find(name: SlotName): Capability | null {
    if (typeof name === "number") return this.known().find(({ slot }) => slot === name)?.cap ?? null;
    const root = name.root === undefined ? this.root() : this.find(name.root);
    const level = name.level ?? (name.slot === undefined ? 1 : 2);
    if (level === 0) return root;
    const entry = this.entry(root, name.cnode);
    return level === 1 ? entry : this.entry(entry, name.slot ?? 0);
  }

  dump(): Dump {
    const database = this.database();
    const relations = relationsBySlot(relateObjects(database));
    const dump: CapRow[] = [];
    const tables: TableRow[] = [];
    const seen = new Set<number>();
    const hidden: number[] = Object.values(ROOT_OF_DRIVER);
    for (const { slot, cap } of this.known(database)) {
      if (hidden.includes(slot)) continue;
      const { copies, descendants, ancestors } = relations.get(cap.at)!;
      const { type, typeName, base, bytes } = cap;
      const flags = [flag(copies), flag(descendants), flag(ancestors)] as const;
      dump.push([slot, typeName, this.space.addresses.toTrace(base), bytes, ...flags]);
      if (!typeIsVNode(type) || seen.has(base)) continue;
      const entries = this.entries(cap);
      tables.push({ slot, valid: entries.length, runs: runsOf(entries) });
      seen.add(base);
    }
    return { dump, tables };
  }

  /** The valid entries of a table with the trace's addresses. Tables of other architectures never have any. */
  entries({ type, base }: Capability): TableEntry[] {
    const { reader, space } = this;
    const entries = type === ObjType.VNode_ARM_l1 ? readL1Table(reader, base) : [];
    if (type === ObjType.VNode_ARM_l2) entries.push(...readL2Table(reader, base));
    for (const entry of entries) entry.address = space.addresses.toTrace(entry.address);
    return entries;
  }

  private state() {
    return decodeKernelState(this.reader, this.machine.kernelState);
  }

  /** The driver's present root. */
  private root(): Capability {
    const { currentDcb } = this.state();
    const root = currentDcb === null ? null : decodeDcb(this.reader, currentDcb).cspace;
    if (root === null) throw new Error("the running dispatcher has no CSpace");
    return root;
  }

  private inRoot(address: number): Capability | null {
    return this.entry(this.root(), address >>> L2_CNODE_BITS);
  }

  private entry(cnode: Capability | null, index: number): Capability | null {
    const isThere = cnode !== null && index < cnode.bytes / OBJSIZE_CTE;
    return isThere ? decodeSlot(this.reader, cnodeSlotAt(cnode, index)) : null;
  }
}

function runsOf(entries: readonly TableEntry[]): RunRow[] {
  // A trace does not say whether code may run, or what kind of uncached memory it is. These must not split a run.
  const alike = entries.map((entry): TableEntry => ({ ...entry, executeNever: false, device: false }));
  return mergeRuns(alike).map(({ index, entries: length, kind, address, access, cached }) => {
    switch (kind) {
      case "table":
        return [index, length, kind, address];
      case "page":
      case "section":
        return [index, length, kind, address, access, flag(cached)];
      default:
        throw new Error(`a page table holds a ${kind}, which the CPU driver never writes`);
    }
  });
}
