/** Decodes mapping capabilities and the page-table entries that each of them owns. */
import { ObjType } from "../../system/kpi/object-types";
import type { AddressSpace } from "./address-space";
import type { Capability } from "./capability";

export interface MappingView {
  /** The mapping capability; its `mapping` is always present. */
  capability: Capability;
  /** The capability that is mapped; null for a void mapping whose source may be gone. */
  source: Capability | null;
  /** The page table that holds the entries; null for a void mapping. */
  table: Capability | null;
  /** First entry in the table. */
  entry: number;
  entries: number;
  /** Virtual addresses in the given address space. Empty if the table is not in it. */
  addresses: number[];
}

const isTable = ({ type }: Capability) => type === ObjType.VNode_ARM_l1 || type === ObjType.VNode_ARM_l2;

/** The page tables in a mapping database by base, each once. */
export function pageTables(database: readonly Capability[]): Map<number, Capability> {
  return new Map(database.filter(isTable).map((table) => [table.base, table]));
}

/** All mappings in a mapping database, with their addresses in a given address space. */
export function readMappings(database: readonly Capability[], space: AddressSpace | null): MappingView[] {
  const tables = [...pageTables(database).values()].sort((a, b) => a.base - b.base);
  const bySlot = new Map(database.map((capability) => [capability.at, capability]));
  return database.flatMap((capability): MappingView[] => {
    const { mapping } = capability;
    if (!mapping) return [];
    const { pte, count, isVoid } = mapping;
    const table = isVoid ? null : (tables.find(({ base, bytes }) => pte >= base && pte < base + bytes) ?? null);
    const entry = table ? (pte - table.base) / 4 : 0;
    const addresses = table && space ? addressesOf(table, entry, space) : [];
    const source = isVoid ? null : (bySlot.get(mapping.frame) ?? null);
    return [{ capability, source, table, entry, entries: count, addresses }];
  });
}

function addressesOf(table: Capability, entry: number, space: AddressSpace): number[] {
  if (table.base === space.root) return [entry * 0x100000];
  return space.tables.filter(({ base }) => base === table.base).map(({ va }) => va + entry * 0x1000);
}
