/**
 * What the machine's memory says, in the model's terms: slots by the model's numbers, tables at the trace's addresses.
 * No system call has a part in it.
 */
import type { Region } from "../boards/board";
import type { TraceSpace } from "../cli/replay/trace-space";
import { type Capability, cnodeSlotAt, decodeSlot } from "../inspector/decode/capability";
import { decodeDcb } from "../inspector/decode/dcb";
import { decodeKernelState } from "../inspector/decode/kernel-state";
import { readMappingDatabase, relateObjects, relationsBySlot } from "../inspector/decode/mapping-database";
import { PhysicalReader } from "../inspector/decode/memory-reader";
import { readL1Table, readL2Table, type TableEntry } from "../inspector/decode/page-table";
import { ObjType } from "../kpi/object-types";
import { L2_CNODE_BITS, L2_CNODE_SLOTS, OBJSIZE_CTE, OBJSIZE_VNODE_ARM_L1 } from "../kpi/types";
import type { DirectMachine } from "../machine/direct/direct-machine";
import { OWN_ROOT } from "../tests/model/cspace";
import { capText, entriesText, type State } from "./state";

/** Entries of the driver's root below this one are the CPU driver's and the replay's own affair. */
export const FIRST_FREE_ROOT_ENTRY = 40;
const ENTRY_BYTES = 4;

interface Known {
  readonly slot: number;
  readonly cap: Capability;
}

export class MachineView {
  private readonly reader: PhysicalReader;
  private readonly root: Capability;
  /** Physical addresses of the driver's CNodes. */
  private readonly cnodes: number[];

  constructor(
    private readonly machine: DirectMachine,
    private readonly space: TraceSpace,
    slots: number,
    /** Memory in which the trace makes its objects. */
    private readonly regions: readonly Region[],
  ) {
    const { memory } = machine;
    this.reader = new PhysicalReader(memory.dram, memory.region.base);
    const { currentDcb } = decodeKernelState(this.reader, machine.kernelState);
    this.root = decodeDcb(this.reader, currentDcb!).cspace!;
    this.cnodes = Array.from({ length: slots / L2_CNODE_SLOTS }, (_, c) => {
      const { cnode } = space.place(c * L2_CNODE_SLOTS);
      return decodeSlot(this.reader, cnodeSlotAt(this.root, cnode >>> L2_CNODE_BITS))!.base;
    });
  }

  /** The model's number of the slot at a physical address; null if the model does not know of it. */
  private slotAt(at: number): number | null {
    const index = (base: number): number => (at - base) / OBJSIZE_CTE;
    const c = this.cnodes.findIndex((base) => at >= base && index(base) < L2_CNODE_SLOTS);
    if (c >= 0) return c * L2_CNODE_SLOTS + index(this.cnodes[c]!);
    if (at >= this.root.base && at < this.root.base + this.root.bytes) {
      const entry = index(this.root.base);
      return entry < FIRST_FREE_ROOT_ENTRY ? null : OWN_ROOT + entry;
    }
    return this.regions.some(({ base, bytes }) => at >= base && at < base + bytes) ? at : null;
  }

  /** All capabilities in the mapping database, in order. */
  database(): Capability[] {
    return readMappingDatabase(this.reader, decodeKernelState(this.reader, this.machine.kernelState));
  }

  /** Those that the model knows of, too. */
  private known(database: readonly Capability[]): Known[] {
    return database.flatMap((cap) => {
      const slot = this.slotAt(cap.at);
      return slot === null ? [] : [{ slot, cap }];
    });
  }

  state(database = this.database()): State {
    const caps = new Map<number, string>();
    const tables = new Map<number, string>();
    for (const { slot, cap } of this.known(database)) {
      caps.set(slot, this.text(cap));
      const base = this.space.toTrace(cap.type, cap.base);
      if (isTable(cap.type) && !tables.has(base)) tables.set(base, entriesText(this.entries(cap).map(asText)));
    }
    return { caps, tables };
  }

  private text({ type, typeName, base, bytes, mapping, endpoint, numbers }: Capability): string {
    const eq = endpoint ? [endpoint.offset, endpoint.words] : numbers;
    const record = mapping && {
      parent: this.slotAt(mapping.frame) ?? -1,
      pte: this.pteToTrace(mapping.pte),
      count: mapping.count,
      live: !mapping.isVoid,
    };
    return capText({ type: typeName, base: this.space.toTrace(type, base), bytes, eq, mapping: record });
  }

  /** The address of an entry, with the address that the trace has for the table it is in. */
  private pteToTrace(pte: number): number {
    const offset = pte % OBJSIZE_VNODE_ARM_L1;
    return this.space.toTrace(ObjType.VNode_ARM_l1, pte - offset) + offset;
  }

  private entries({ type, base }: Capability): TableEntry[] {
    return type === ObjType.VNode_ARM_l1 ? readL1Table(this.reader, base) : readL2Table(this.reader, base);
  }

  /** Copies, descendants and ancestors of each slot, as 0 and 1. */
  relations(database = this.database()): Map<number, string> {
    const relations = relationsBySlot(relateObjects(database));
    return new Map(
      this.known(database).map(({ slot, cap }) => {
        const { copies, descendants, ancestors } = relations.get(cap.at)!;
        return [slot, [copies, descendants, ancestors].map(Number).join("")];
      }),
    );
  }

  /** Valid entries that do not belong to exactly one live mapping, and mappings whose entries are not valid. */
  unownedEntries(database = this.database()): string[] {
    const owners = new Map<number, number>();
    for (const { mapping } of database) {
      if (!mapping || mapping.isVoid) continue;
      for (let i = 0; i < mapping.count; i++) {
        const pte = mapping.pte + i * ENTRY_BYTES;
        owners.set(pte, (owners.get(pte) ?? 0) + 1);
      }
    }
    const wrong: string[] = [];
    const tables = new Map(
      this.known(database)
        .filter(({ cap }) => isTable(cap.type))
        .map(({ cap }) => [cap.base, cap]),
    );
    for (const cap of tables.values()) {
      for (const { index } of this.entries(cap)) {
        const pte = cap.base + index * ENTRY_BYTES;
        const count = owners.get(pte) ?? 0;
        if (count !== 1)
          wrong.push(`entry ${index} of the table at 0x${cap.base.toString(16)} has ${count} live mappings`);
        owners.delete(pte);
      }
    }
    for (const pte of owners.keys())
      wrong.push(`a live mapping has the entry at 0x${pte.toString(16)}, which is not valid`);
    return wrong;
  }

  /** Physical address of the L1 table that the trace has at `base`. */
  tableAt(base: number, database = this.database()): number | undefined {
    const isIt = ({ type, base: ours }: Capability): boolean =>
      type === ObjType.VNode_ARM_l1 && this.space.toTrace(type, ours) === base;
    return database.find(isIt)?.base;
  }
}

function isTable(type: ObjType): boolean {
  return type === ObjType.VNode_ARM_l1 || type === ObjType.VNode_ARM_l2;
}

function asText({ index, kind, address, access, cached, device, executeNever }: TableEntry) {
  return { index, kind, address, access, cached, device, executable: !executeNever };
}
