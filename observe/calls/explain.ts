/** Says what was in the way of a call that the CPU driver refused, as far as memory and arguments show it. */
import {
  SYS_ERR_CAP_NOT_FOUND,
  SYS_ERR_CNODE_NOT_FOUND,
  SYS_ERR_INVALID_RETYPE,
  SYS_ERR_REVOKE_FIRST,
  SYS_ERR_SLOT_IN_USE,
  SYS_ERR_SLOTS_IN_USE,
  SYS_ERR_VM_ALREADY_MAPPED,
  SYS_ERR_VNODE_SLOT_INUSE,
} from "../../system/kpi/errno";
import { ObjType } from "../../system/kpi/object-types";
import { type Capability, cnodeSlotAt, cnodeSlotCount, decodeSlot } from "../decode/capability";
import { decodeKernelState } from "../decode/kernel-state";
import { readMappingDatabase } from "../decode/mapping-database";
import type { PhysicalReader } from "../decode/memory-reader";
import { formatAddress } from "../text/quantities";
import type { Value } from "./arguments";
import { capabilityText } from "./text";
import type { SystemCall } from "./tracer";

export interface Explanation {
  /** A sentence. */
  text: string;
  /** The slot or the page-table entry in the way, by its physical address; null if there is none. */
  where: { is: "slot" | "entry"; at: number } | null;
}

type ValueOf<K extends Value["is"]> = Extract<Value, { is: K }>;

function argument<K extends Value["is"]>(call: SystemCall, name: string, is: K): ValueOf<K> | null {
  const value = call.arguments.find((candidate) => candidate.name === name)?.value;
  return value?.is === is ? (value as ValueOf<K>) : null;
}

const atSlot = (capability: Capability, text: string): Explanation => ({
  text,
  where: { is: "slot", at: capability.at },
});

/** The first destination slot that is not empty. */
function occupied(call: SystemCall, memory: PhysicalReader): Explanation | null {
  for (const { value } of call.arguments) {
    if (value.is !== "target" || value.target.cnode.holds === null) continue;
    const { cnode, slot, count } = value.target;
    const end = Math.min(slot + count, cnodeSlotCount(cnode.holds as Capability));
    for (let index = slot; index < end; index++) {
      const found = decodeSlot(memory, cnodeSlotAt(cnode.holds as Capability, index));
      if (found) return atSlot(found, `Destination slot ${index} of the CNode holds ${capabilityText(found)}.`);
    }
  }
  return null;
}

/** The first object in the range of a retype that is in use. */
function descendant(call: SystemCall, memory: PhysicalReader, kernelState: number): Explanation | null {
  const source = argument(call, "source", "slot")?.slot.holds;
  const offset = argument(call, "offset", "offset")?.bytes;
  const size = argument(call, "size", "bytes")?.bytes;
  const count = argument(call, "count", "number")?.number;
  if (!source || offset === undefined || size === undefined || count === undefined) return null;
  const base = source.base + offset;
  const end = Math.min(source.base + source.bytes, base + Math.max(1, size * count));
  const database = readMappingDatabase(memory, decodeKernelState(memory, kernelState));
  const isCopy = (other: Capability) =>
    other.type === source.type && other.base === source.base && other.bytes === source.bytes;
  const contains = (other: Capability) => other.base <= source.base && other.bytes > source.bytes;
  const found = database.find(
    (other) =>
      other.bytes > 0 && other.base < end && other.base + other.bytes > base && !isCopy(other) && !contains(other),
  );
  return found ? atSlot(found, `${capabilityText(found)} lies in the range.`) : null;
}

function usedEntry(call: SystemCall, memory: PhysicalReader): Explanation | null {
  const table = argument(call, "table", "slot")?.slot.holds;
  const first = argument(call, "entry", "number")?.number;
  const count = argument(call, "entries", "number")?.number ?? 1;
  if (!table || first === undefined) return null;
  const entries = table.type === ObjType.VNode_ARM_l1 ? 4096 : 256;
  for (let index = first; index < Math.min(first + count, entries); index++) {
    const at = table.base + 4 * index;
    const word = memory.u32(at);
    if ((word & 3) === 0) continue;
    return {
      text: `Entry ${index} of the table is ${formatAddress(word)}, which is valid.`,
      where: { is: "entry", at },
    };
  }
  return null;
}

/** The first argument that names an empty slot. */
function missing(call: SystemCall): Explanation | null {
  for (const { name, value } of call.arguments) {
    const slot = value.is === "slot" ? value.slot : value.is === "target" ? value.target.cnode : null;
    if (slot === null || slot.holds !== null) continue;
    return { text: `There is no capability at ${formatAddress(slot.address)} (${name}).`, where: null };
  }
  return null;
}

/** Null if the call succeeded, or if it cannot be told. Read the memory after the call: a refusal changes nothing. */
export function explainRefusal(call: SystemCall, memory: PhysicalReader, kernelState: number): Explanation | null {
  if (call.answer === null || call.answer.ok) return null;
  const source = argument(call, "source", "slot")?.slot.holds;
  switch (call.answer.code) {
    case SYS_ERR_SLOT_IN_USE:
    case SYS_ERR_SLOTS_IN_USE:
      return occupied(call, memory);
    case SYS_ERR_REVOKE_FIRST:
      return descendant(call, memory, kernelState);
    case SYS_ERR_VNODE_SLOT_INUSE:
      return usedEntry(call, memory);
    case SYS_ERR_VM_ALREADY_MAPPED: {
      const mapping = source?.firstMapping === undefined ? null : decodeSlot(memory, source.firstMapping);
      return mapping ? atSlot(mapping, `The copy is mapped by ${capabilityText(mapping)}.`) : null;
    }
    case SYS_ERR_INVALID_RETYPE: {
      const type = argument(call, "type", "name")?.name;
      return source ? atSlot(source, `A capability of type ${source.typeName} cannot become ${type}.`) : null;
    }
    case SYS_ERR_CAP_NOT_FOUND:
    case SYS_ERR_CNODE_NOT_FOUND:
      return missing(call);
    default:
      return call.answer.names.includes("SYS_ERR_CAP_NOT_FOUND") ? missing(call) : null;
  }
}
