/**
 * The entry `typefish/decode`: decoders of a machine's memory, and system calls in words. It runs in Node and in
 * browsers.
 *
 * ```ts
 * import { systemOf } from "typefish/decode";
 *
 * for (const { typeName, base } of systemOf(machine).database()) console.log(typeName, base);
 * ```
 *
 * @module typefish/decode
 */
import type { Bytes } from "../machines/calls/call-machine";
import type { Machine, SystemCallObserver } from "../machines/hosted/machine";
import { CallTracer, type SystemCall } from "../observe/calls/tracer";
import type { VirtualReader } from "../observe/decode/address-space";
import { PhysicalReader } from "../observe/decode/memory-reader";
import { System } from "../observe/decode/system";
import { type Domain, decodeDomain } from "../observe/decode/user/domain";

export { errName } from "../machines/calls/answer";
export type { Argument, Target, Value } from "../observe/calls/arguments";
export type { Change, EntryChange, SlotChange } from "../observe/calls/changes";
export { type CallFilter, matches } from "../observe/calls/filter";
export { callJson, type JsonCall, type JsonCapability } from "../observe/calls/json";
export { CALL_KINDS, type CallKind } from "../observe/calls/kinds";
export type { NamedSlot, Place } from "../observe/calls/places";
export { callLine, callText, changeLines } from "../observe/calls/text";
export { CallTracer, type SystemCall } from "../observe/calls/tracer";
export type { AddressSpace, L2TableView, MappedRange } from "../observe/decode/address-space";
export { readAddressSpace, translate, VirtualReader } from "../observe/decode/address-space";
export { type BootRegion, decodeBootInfo } from "../observe/decode/bootinfo";
export { type Capability, decodeSlot, type MappingWords, rightsText } from "../observe/decode/capability";
export {
  allSlots,
  type CNodeView,
  type CSpace,
  type OccupiedSlot,
  readCSpace,
  wellKnownName,
} from "../observe/decode/cspace";
export type { Damage } from "../observe/decode/damage";
export { type Dcb, decodeDcb } from "../observe/decode/dcb";
export { decodeKernelState, type KernelState } from "../observe/decode/kernel-state";
export { anyCopy, type MdbObject, type Relations, relationsBySlot } from "../observe/decode/mapping-database";
export type { MappingView } from "../observe/decode/mappings";
export { type MemoryReader, PhysicalReader, readText } from "../observe/decode/memory-reader";
export type { EntryKind, TableEntry, TableRun, UserAccess } from "../observe/decode/page-table";
export { mergeRuns, readL1Table, readL2Table } from "../observe/decode/page-table";
export { System } from "../observe/decode/system";
export { type Domain, decodeDomain } from "../observe/decode/user/domain";
export {
  checkMemoryManager,
  decodeMemoryManager,
  type MemoryManager,
  type MmPiece,
  type MmRegion,
} from "../observe/decode/user/memory-manager";
export type { Slab, Slabs } from "../observe/decode/user/slabs";
export { ObjType, typeName } from "../system/kpi/object-types";
export { CapRights } from "../system/kpi/types";

/** What decoders need of a machine: of a `Machine`, of a `Recording` at its moment, or of a `DirectMachine`. */
export type Decodable =
  | { readonly kernelState: number; readonly dram: Bytes; readonly board: { readonly dram: { readonly base: number } } }
  | { readonly kernelState: number; readonly bytes: Bytes; readonly dram: { readonly base: number } };

/** The machine's present memory by physical address. It becomes stale when the machine is restored. */
export function memoryOf(machine: Decodable): PhysicalReader {
  return "bytes" in machine
    ? new PhysicalReader(machine.bytes, machine.dram.base)
    : new PhysicalReader(machine.dram, machine.board.dram.base);
}

/** The system in a machine's memory: capabilities, CSpace, mapping database, page tables. */
export function systemOf(machine: Decodable): System {
  return new System(memoryOf(machine), machine.kernelState);
}

/** The record of init's libraries, and a reader of init's memory; null if init has not started or is gone. */
export function domainOf(
  machine: Decodable & { readonly domainState: number | null },
): { domain: Domain; memory: VirtualReader } | null {
  const memory = systemOf(machine).userMemory();
  const at = machine.domainState;
  return memory !== null && at !== null ? { domain: decodeDomain(memory, at), memory } : null;
}

/**
 * An observer for `SystemOptions.onSystemCall`, which decodes every system call and passes it to `onCall`.
 *
 * ```ts
 * const onSystemCall = callObserver(() => machine, (call) => console.log(callText(call)));
 * const machine = openMachine({ scenario: "T03", onSystemCall });
 * ```
 */
export function callObserver(machine: () => Machine, onCall: (call: SystemCall) => void): SystemCallObserver {
  let tracer: CallTracer | null = null;
  let dram: DataView | null = null;
  return (words, handle) => {
    const observed = machine();
    if (tracer === null || observed.dram !== dram) {
      tracer = new CallTracer(memoryOf(observed), observed.kernelState);
      dram = observed.dram;
    }
    return tracer.trace(observed.counter("systemCalls") + 1, words, handle, onCall);
  };
}
