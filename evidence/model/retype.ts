/** Retype, copy and mint: the operations that make capabilities from others (specification, sections 4.3 to 4.5). */
import type { RetypeRequest, SlotName } from "../../observe/traces/operation";
import type { MemoryRange } from "../../observe/traces/trace";
import { type Capability, isDescendant, overlaps, type Slot } from "./capability";
import type { CSpace, Destination } from "./cspace";
import {
  canRetype,
  fixedBytes,
  isCleared,
  isMapping,
  isSizeOf,
  isTypeName,
  isWholeSize,
  offsetUnit,
  type TypeName,
} from "./object-types";
import { demand, refuse } from "./refusal";

const L1_ALIGNMENT = 16384;
/** The minimum size of a dispatcher frame. Its first part belongs to the dispatcher structure. */
const DISPATCHER_FRAME = 256 * 1024;
const DISPATCHER_STRUCT = 1024;

export function retype(space: CSpace, memory: MemoryRange, request: RetypeRequest): void {
  const { offset, type, objsize, count } = request;
  demand(isTypeName(type) && type !== "Null", "SYS_ERR_ILLEGAL_DEST_TYPE");
  const from = { root: "SYS_ERR_SOURCE_ROOTCN_LOOKUP", lookup: "SYS_ERR_SOURCE_CAP_LOOKUP" };
  const source = space.at(space.find(request.src, from))!;
  const destination = space.destination(request.dst, "SYS_ERR_DEST_CNODE_INVALID", "SYS_ERR_CNODE_TYPE");

  demand(offset % offsetUnit(type) === 0, "SYS_ERR_RETYPE_INVALID_OFFSET");
  demand(isWholeSize(type, objsize), "SYS_ERR_INVALID_SIZE");
  demand(!isMapping(type), "SYS_ERR_RETYPE_MAPPING_EXPLICIT");
  demand(canRetype(source.type, type), "SYS_ERR_INVALID_RETYPE");

  const bytes = fixedBytes(type) ?? objsize;
  if (type === "EndPoint") {
    demand(count === 1, "SYS_ERR_RETYPE_INVALID_COUNT");
  } else {
    const fit = bytes === 0 ? 0 : Math.floor(source.bytes / bytes);
    demand(fit > 0, "SYS_ERR_INVALID_SIZE");
    demand(count > 0 && count <= fit, "SYS_ERR_RETYPE_INVALID_COUNT");
    demandFree(space, source, offset, count * objsize);
  }
  demandEmpty(space, destination, count, "SYS_ERR_SLOTS_IN_USE");

  // Only Typefish makes the checks from here on (rules 2, "principle for retype").
  demand(mayHold(destination, type), "SYS_ERR_DEST_TYPE_INVALID");
  demand(isSizeOf(type, objsize), "SYS_ERR_INVALID_SIZE");
  if (type !== "EndPoint") demandFree(space, source, offset, count * bytes);
  const first = source.base + offset;
  demand(type !== "VNode_ARM_l1" || first % L1_ALIGNMENT === 0, "SYS_ERR_RETYPE_INVALID_OFFSET");
  // Memory that must be cleared must exist.
  const isThere = first >= memory.base && first + bytes * count <= memory.base + memory.bytes;
  demand(isThere || !isCleared(type), "SYS_ERR_RETYPE_CREATE", "SYS_ERR_INVALID_RETYPE");

  space.consecutive(destination, count).forEach((slot, i) => {
    if (type === "EndPoint") space.caps.set(slot, { type, base: source.base, bytes: 0, eq: [0, 0] });
    else space.caps.set(slot, { type, base: first + i * bytes, bytes });
  });
}

/**
 * The range must lie inside the source and must not overlap an object made from the source. An empty range overlaps an
 * object that starts before it and ends after it. `bytes` is a product of two 32-bit numbers, which a double holds
 * without overflow.
 */
function demandFree(space: CSpace, source: Capability, offset: number, bytes: number): void {
  demand(offset + bytes <= source.bytes, "SYS_ERR_RETYPE_INVALID_OFFSET");
  const start = source.base + offset;
  const inTheWay = (cap: Capability): boolean =>
    cap.bytes > 0 && overlaps(cap, start, start + bytes) && isDescendant(cap, source, space.at);
  demand(!space.some(inTheWay), "SYS_ERR_REVOKE_FIRST");
}

function demandEmpty(space: CSpace, destination: Destination, count: number, inUse: string): void {
  demand(destination.index + count <= destination.slots, "SYS_ERR_SLOTS_INVALID");
  const slots = space.consecutive(destination, count);
  demand(!slots.some((slot) => space.caps.has(slot)), inUse);
}

/** Can the destination hold the type? A root CNode holds only L2CNodes and KernelControlBlocks. */
function mayHold(destination: Destination, type: TypeName): boolean {
  return destination.holder === "L2CNode" || type === "L2CNode" || type === "KernelControlBlock";
}

/** The checks that copy and mint share. */
function copyPlace(space: CSpace, src: SlotName, dst: SlotName): { source: Capability; slot: Slot } {
  const notRoot = "SYS_ERR_CNODE_NOT_ROOT";
  const from = { root: "SYS_ERR_SOURCE_ROOTCN_LOOKUP", notRoot, lookup: "SYS_ERR_SOURCE_CAP_LOOKUP" };
  const source = space.at(space.find(src, from))!;
  const destination = space.destination(dst, "SYS_ERR_DEST_TYPE_INVALID", "SYS_ERR_CNODE_TYPE");
  demand(mayHold(destination, source.type), "SYS_ERR_DEST_TYPE_INVALID");
  demandEmpty(space, destination, 1, "SYS_ERR_SLOT_IN_USE");
  // A mapping is the only record of its entries, so it cannot be copied.
  demand(!isMapping(source.type), "SYS_ERR_INVALID_SOURCE_TYPE");
  return { source, slot: destination.first };
}

export function copy(space: CSpace, src: SlotName, dst: SlotName): void {
  const { source, slot } = copyPlace(space, src, dst);
  space.caps.set(slot, source);
}

export function mint(space: CSpace, src: SlotName, dst: SlotName, param1: number, param2: number): void {
  const { source, slot } = copyPlace(space, src, dst);
  if (source.type === "EndPoint") {
    const end = param1 + param2 * 4;
    const fits = param1 >= DISPATCHER_STRUCT && param1 % 4 === 0 && end <= DISPATCHER_FRAME;
    demand(param2 > 0 && fits, "SYS_ERR_INVALID_EPLEN");
  } else if (source.type === "IO") {
    const [start, end] = [source.eq![0]!, source.eq![1]!];
    demand(param1 >= start && param2 <= end && param1 <= param2, "SYS_ERR_INVALID_SOURCE_TYPE");
  } else {
    refuse("SYS_ERR_INVALID_SOURCE_TYPE");
  }
  space.caps.set(slot, { ...source, eq: [param1, param2] });
}
