/** Selects system calls by kind, slot, address and error. */
import { ObjType } from "../../system/kpi/object-types";
import { BASE_PAGE_SIZE, BYTES_PER_SECTION } from "../../system/kpi/types";
import type { Value } from "./arguments";
import { targetAddress } from "./arguments";
import type { Change } from "./changes";
import type { CallKind } from "./kinds";
import type { NamedSlot } from "./places";
import { addressStep, memoryOf, type SystemCall } from "./tracer";

/** What a call must have to be selected. A condition that is absent always holds. */
export interface CallFilter {
  kinds?: readonly CallKind[];
  /** The call names or changes the slot at this capability address. */
  slot?: number;
  /** The call names memory, or changes entries of page tables, at this physical or virtual address. */
  address?: number;
  /** The call failed. */
  failed?: boolean;
  /** One of the error's codes has this name. */
  error?: string;
}

interface Range {
  base: number;
  end: number;
}

const contains = (range: Range | null, address: number) =>
  range !== null && address >= range.base && address < range.end;

function namesSlot(value: Value, slot: number): boolean {
  if (value.is === "slot") return value.slot.root === null && value.slot.level > 0 && value.slot.address === slot;
  if (value.is !== "target") return false;
  const { target } = value;
  const first = targetAddress(target);
  if (first === null) return false;
  const step = addressStep(target.cnode.level === 0 ? 1 : 2);
  return slot >= first && slot < first + Math.max(1, target.count) * step && (slot - first) % step === 0;
}

function changesSlot(change: Change, slot: number): boolean {
  return "place" in change && change.place.address === slot;
}

/** The physical memory that a named slot stands for, or that a mapping in it maps. */
function rangeOfSlot(slot: NamedSlot): Range | null {
  return memoryOf(slot);
}

function rangesOf(change: Change): Range[] {
  if ("place" in change) {
    const { base, bytes } = change.capability;
    return bytes > 0 ? [{ base, end: base + bytes }] : [];
  }
  const { virtual, bytes, leadsTo } = change;
  const physical = leadsTo && leadsTo.kind !== "table" ? [{ base: leadsTo.address, end: leadsTo.address + bytes }] : [];
  return [...physical, ...(virtual === null ? [] : [{ base: virtual, end: virtual + bytes }])];
}

/** Bytes that an entry of a page table maps. */
function entryBytes(table: Value | undefined): number {
  const isL1 = table?.is === "slot" && table.slot.holds?.type === ObjType.VNode_ARM_l1;
  return isL1 ? BYTES_PER_SECTION : BASE_PAGE_SIZE;
}

/** The part of the source that a retype or a map takes; null for other calls. */
function takenRange({ kind, arguments: args }: SystemCall): Range | null {
  if (kind !== "retype" && kind !== "map") return null;
  const value = (name: string) => args.find((argument) => argument.name === name)?.value;
  const source = value("source");
  const offset = value("offset");
  if (source?.is !== "slot" || offset?.is !== "offset" || source.slot.holds === null) return null;
  const size = value("size");
  const count = value(kind === "retype" ? "count" : "entries");
  const { base: start, bytes } = source.slot.holds;
  const each = size?.is === "bytes" ? size.bytes : entryBytes(value("table"));
  const base = start + offset.bytes;
  // An L2 table is smaller than what its entry maps.
  return { base, end: Math.min(base + each * (count?.is === "number" ? count.number : 1), start + bytes) };
}

function namesAddress(call: SystemCall, address: number): boolean {
  const taken = takenRange(call);
  if (contains(taken, address) || call.changes.some((change) => rangesOf(change).some((r) => contains(r, address)))) {
    return true;
  }
  return call.arguments.some(({ name, value }) => {
    if (value.is === "address") return value.address === address;
    // The source of a retype is often all of the memory: only the part that is taken counts.
    if (value.is !== "slot" || (taken !== null && name === "source")) return false;
    return contains(rangeOfSlot(value.slot), address);
  });
}

export function matches(call: SystemCall, { kinds, slot, address, failed, error }: CallFilter): boolean {
  if (kinds && !kinds.includes(call.kind)) return false;
  const errors = call.answer === null || call.answer.ok ? [] : call.answer.names;
  if (failed && errors.length === 0) return false;
  if (error !== undefined && !errors.includes(error)) return false;
  if (slot !== undefined) {
    const isNamed = call.arguments.some(({ value }) => namesSlot(value, slot));
    if (!isNamed && !call.changes.some((change) => changesSlot(change, slot))) return false;
  }
  return address === undefined || namesAddress(call, address);
}
