/** Decodes from the machine's memory what the side-by-side test needs in addition to a trace's view. */
import type { Capability } from "../../observe/decode/capability";
import type { TableEntry } from "../../observe/decode/page-table";
import type { MachineSystem } from "../../observe/traces/machine/system";
import type { Known } from "../../observe/traces/machine/view";
import { ObjType } from "../../system/kpi/object-types";
import { OBJSIZE_VNODE_ARM_L1 } from "../../system/kpi/types";
import { capText, entriesText, type State } from "./state";

const ENTRY_BYTES = 4;

/** The decoded parts of the machine's memory that the checks read. Each is decoded once. */
export interface Look {
  readonly database: readonly Capability[];
  readonly known: readonly Known[];
  /** The tables that the trace can name, by physical address, with their valid entries. */
  readonly tables: ReadonlyMap<number, readonly TableEntry[]>;
}

export function lookAt({ view }: MachineSystem): Look {
  const database = view.database();
  const known = view.known(database);
  const tables = new Map<number, readonly TableEntry[]>();
  for (const { cap } of known) {
    if (isTable(cap) && !tables.has(cap.base)) tables.set(cap.base, view.entries(cap));
  }
  return { database, known, tables };
}

export function machineState({ space, view }: MachineSystem, { known, tables }: Look): State {
  const { addresses } = space;
  const slotsAt = new Map(known.map(({ slot, cap }) => [cap.at, slot]));
  const text = ({ typeName, base, bytes, mapping, endpoint, numbers }: Capability): string => {
    const eq = endpoint ? [endpoint.offset, endpoint.words] : numbers;
    const record = mapping && {
      parent: slotsAt.get(mapping.frame) ?? view.slotAt(mapping.frame) ?? -1,
      pte: addresses.toTrace(mapping.pte),
      count: mapping.count,
      live: !mapping.isVoid,
    };
    return capText({ type: typeName, base: addresses.toTrace(base), bytes, eq, mapping: record });
  };
  return {
    caps: new Map(known.map(({ slot, cap }) => [slot, text(cap)])),
    tables: new Map([...tables].map(([base, entries]) => [addresses.toTrace(base), entriesText(entries.map(asText))])),
  };
}

/** Valid entries that do not belong to exactly one live mapping, and mappings whose entries are not valid. */
export function unownedEntries({ view }: MachineSystem, { database, tables }: Look): string[] {
  const owners = new Map<number, number>();
  for (const { mapping } of database) {
    if (!mapping || mapping.isVoid) continue;
    for (let i = 0; i < mapping.count; i++) {
      const pte = mapping.pte + i * ENTRY_BYTES;
      owners.set(pte, (owners.get(pte) ?? 0) + 1);
    }
  }
  const wrong: string[] = [];
  for (const [base, entries] of tables) {
    for (const { index } of entries) {
      const pte = base + index * ENTRY_BYTES;
      const count = owners.get(pte) ?? 0;
      if (count !== 1) wrong.push(`entry ${index} of the table at 0x${base.toString(16)} has ${count} live mappings`);
    }
  }
  for (const pte of owners.keys()) {
    const isValid = (view.reader.u32(pte) & 3) !== 0;
    if (!isValid) wrong.push(`a live mapping has the entry at 0x${pte.toString(16)}, which is not valid`);
  }
  return wrong;
}

/** Physical address of the L1 table that is at `base` in the trace. */
export function tableAt({ space, view }: MachineSystem, base: number): number | undefined {
  const isIt = ({ type, base: ours, bytes }: Capability): boolean =>
    type === ObjType.VNode_ARM_l1 && bytes === OBJSIZE_VNODE_ARM_L1 && space.addresses.toTrace(ours) === base;
  return view.database().find(isIt)?.base;
}

function isTable({ type }: Capability): boolean {
  return type === ObjType.VNode_ARM_l1 || type === ObjType.VNode_ARM_l2;
}

function asText({ index, kind, address, access, cached, device, executeNever }: TableEntry) {
  return { index, kind, address, access, cached, device, executable: !executeNever };
}
