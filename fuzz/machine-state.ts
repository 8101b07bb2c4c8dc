/** What the side-by-side test wants to know of the machine beyond what traces tell, decoded from its memory. */
import type { Capability } from "../inspector/decode/capability";
import type { TableEntry } from "../inspector/decode/page-table";
import { ObjType } from "../kpi/object-types";
import { OBJSIZE_VNODE_ARM_L1 } from "../kpi/types";
import type { MachineSystem } from "../traces/machine/system";
import { capText, entriesText, type State } from "./state";

const ENTRY_BYTES = 4;

export function machineState({ space, view }: MachineSystem, database: readonly Capability[]): State {
  const { addresses } = space;
  const caps = new Map<number, string>();
  const tables = new Map<number, string>();
  const text = ({ typeName, base, bytes, mapping, endpoint, numbers }: Capability): string => {
    const eq = endpoint ? [endpoint.offset, endpoint.words] : numbers;
    const record = mapping && {
      parent: view.slotAt(mapping.frame) ?? -1,
      pte: addresses.toTrace(mapping.pte),
      count: mapping.count,
      live: !mapping.isVoid,
    };
    return capText({ type: typeName, base: addresses.toTrace(base), bytes, eq, mapping: record });
  };
  for (const { slot, cap } of view.known(database)) {
    caps.set(slot, text(cap));
    const base = addresses.toTrace(cap.base);
    if (isTable(cap) && !tables.has(base)) tables.set(base, entriesText(view.entries(cap).map(asText)));
  }
  return { caps, tables };
}

/** Valid entries that do not belong to exactly one live mapping, and mappings whose entries are not valid. */
export function unownedEntries({ view }: MachineSystem, database: readonly Capability[]): string[] {
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
    view
      .known(database)
      .filter(({ cap }) => isTable(cap))
      .map(({ cap }) => [cap.base, cap]),
  );
  for (const cap of tables.values()) {
    for (const { index } of view.entries(cap)) {
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
