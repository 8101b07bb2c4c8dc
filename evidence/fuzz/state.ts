/**
 * Describes a capability system's state as text, slot by slot and table by table, so that two systems can be compared:
 * the model's state from its maps, the machine's decoded from DRAM.
 */
import type { CapabilityModel } from "../model/capabilities";
import type { PageTableEntry } from "../model/page-tables";

export interface State {
  /** The contents of each occupied slot. */
  readonly caps: ReadonlyMap<number, string>;
  /** The valid entries of each live page table, by the table's base. */
  readonly tables: ReadonlyMap<number, string>;
}

export interface CapText {
  readonly type: string;
  readonly base: number;
  readonly bytes: number;
  /** Fields that distinguish objects of the type. */
  readonly eq?: readonly number[];
  readonly mapping?: { parent: number; pte: number; count: number; live: boolean };
}

export interface EntryText {
  readonly index: number;
  readonly kind: string;
  readonly address: number;
  readonly access: string;
  readonly cached: boolean;
  readonly device: boolean;
  readonly executable: boolean;
}

const hex = (value: number): string => `0x${value.toString(16)}`;

export function capText({ type, base, bytes, eq, mapping }: CapText): string {
  const text = `${type} ${hex(base)} ${bytes}${eq ? ` (${eq.join()})` : ""}`;
  if (!mapping) return text;
  const { parent, pte, count, live } = mapping;
  return `${text} of slot ${parent}, ${count} entries from ${hex(pte)}${live ? "" : ", void"}`;
}

/** Consecutive entries that lead to consecutive addresses are written as one. */
export function entriesText(entries: Iterable<EntryText>): string {
  const runs: string[] = [];
  let [first, count, text, next] = [0, 0, "", 0];
  const end = (): void => {
    if (count > 0) runs.push(`${first}+${count} ${text}`);
  };
  for (const { index, kind, address, access, cached, device, executable } of entries) {
    const attributes = `${access}${cached ? " cached" : ""}${device ? " device" : ""}${executable ? " x" : ""}`;
    const alike = `${kind} ${attributes}`;
    if (count > 0 && index === first + count && address === next && text.endsWith(alike)) count++;
    else {
      end();
      [first, count, text] = [index, 1, `${hex(address)} ${alike}`];
    }
    next = address + UNIT[kind]!;
  }
  end();
  return runs.join("; ");
}

const UNIT: Record<string, number> = { page: 4096, section: 0x100000, table: 1024 };
const ENTRY_BYTES = 4;

export function modelState({ space, tables }: CapabilityModel): State {
  const caps = new Map<number, string>();
  const vnodes = new Set<number>();
  for (const [slot, { type, base, bytes, eq, mapping }] of space.caps) {
    const record = mapping && { ...mapping, pte: mapping.table + mapping.entry * ENTRY_BYTES };
    caps.set(slot, capText({ type, base, bytes, eq: eq ?? EQ_DEFAULT[type], mapping: record }));
    if (type === "VNode_ARM_l1" || type === "VNode_ARM_l2") vnodes.add(base);
  }
  const text = (base: number): string => entriesText(tables.entries(base).map(([i, entry]) => entryText(i, entry)));
  return { caps, tables: new Map([...vnodes].map((base) => [base, text(base)])) };
}

/** Values that the model does not write down because they are always the same. */
const EQ_DEFAULT: Record<string, readonly number[]> = { EndPoint: [0, 0] };

function entryText(index: number, { kind, address, access, cached, executable, memory }: PageTableEntry): EntryText {
  if (kind === "table") return { index, kind, address, access, cached: false, device: false, executable: true };
  return { index, kind, address, access, cached: cached && memory, device: !memory, executable };
}

/** Slots and tables in which the two states differ. */
export function compareStates(model: State, machine: State): string[] {
  const table = (base: number): string => `table ${hex(base)}`;
  return [
    ...compareMaps(model.caps, machine.caps, (slot) => `slot ${slot < 0x10000 ? slot : hex(slot)}`),
    ...compareMaps(model.tables, machine.tables, table),
  ];
}

function compareMaps(
  model: ReadonlyMap<number, string>,
  machine: ReadonlyMap<number, string>,
  name: (key: number) => string,
): string[] {
  const differences: string[] = [];
  const say = (key: number): void => {
    const [left, right] = [model.get(key), machine.get(key)];
    if (left !== right) differences.push(`${name(key)}: model ${left ?? "nothing"}, machine ${right ?? "nothing"}`);
  };
  for (const key of model.keys()) say(key);
  for (const key of machine.keys()) if (!model.has(key)) say(key);
  return differences;
}
