/** Translates errors that a JavaScript engine throws into the faults that a processor would report. */
import { TrapKind, trapName } from "../../system/kpi/traps";
import type { Fault } from "../results";
import { FaultStatus } from "./mmu/fault-status";

/** Error messages of V8, SpiderMonkey and JavaScriptCore. */
const TRAP_WORDINGS: readonly [RegExp, TrapKind][] = [
  [/call stack|too much recursion/i, TrapKind.STACK_OVERFLOW],
  [/divi(de|sion) by zero|remainder by zero/i, TrapKind.DIVISION_BY_ZERO],
  [/overflow|unrepresentable|out of range/i, TrapKind.INTEGER_OVERFLOW],
  [/table|signature|indirect|null function|index out of bounds/i, TrapKind.BAD_INDIRECT_CALL],
  [/unreachable/i, TrapKind.UNDEFINED],
];

/** Returns whether an engine throws this error for a WebAssembly trap. Any other error is a bug in the host's code. */
export function isTrap(error: unknown): error is Error {
  return error instanceof WebAssembly.RuntimeError || isStackOverflow(error);
}

export function isStackOverflow(error: unknown): error is Error {
  return error instanceof Error && trapKindOf(error) === TrapKind.STACK_OVERFLOW;
}

export function trapKindOf(error: Error): TrapKind {
  return TRAP_WORDINGS.find(([wording]) => wording.test(error.message))?.[1] ?? TrapKind.OTHER;
}

export function trapFault(trap: TrapKind): Fault {
  return { kind: "trap", trap, reason: trapName(trap) };
}

export function dataAbortFault(address: number, status: number): Fault {
  const write = (status & FaultStatus.WRITE) !== 0;
  return { kind: "data abort", address, status, write, reason: faultReason(status) };
}

function faultReason(status: number): string {
  switch (status & FaultStatus.STATUS_MASK) {
    case FaultStatus.ALIGNMENT:
      return "alignment fault";
    case FaultStatus.TRANSLATION_SECTION:
      return "translation fault, section";
    case FaultStatus.TRANSLATION_PAGE:
      return "translation fault, page";
    case FaultStatus.SYNCHRONOUS_EXTERNAL_ABORT:
      return "synchronous external abort";
    case FaultStatus.DOMAIN_SECTION:
      return "domain fault, section";
    case FaultStatus.DOMAIN_PAGE:
      return "domain fault, page";
    case FaultStatus.EXTERNAL_ABORT_ON_WALK_L1:
      return "external abort on translation table walk, first level";
    case FaultStatus.EXTERNAL_ABORT_ON_WALK_L2:
      return "external abort on translation table walk, second level";
    case FaultStatus.PERMISSION_SECTION:
      return "permission fault, section";
    case FaultStatus.PERMISSION_PAGE:
      return "permission fault, page";
    default:
      return `fault status ${status}`;
  }
}

export function faultMessage(fault: Fault): string {
  if (fault.kind === "trap") return `the program was stopped: ${fault.reason}`;
  const access = fault.write ? "store" : "load";
  const address = `0x${fault.address.toString(16).padStart(8, "0")}`;
  return `the program was stopped: data abort, ${access} at ${address}: ${fault.reason} (DFSR 0x${fault.status.toString(16)})`;
}

/** The WebAssembly functions on the error's stack, innermost first. */
function wasmFrames(error: Error): string[] {
  const frames = [...(error.stack ?? "").matchAll(/^\s*at (.+?) \(wasm:/gm)];
  return frames.map(([, name]) => (name as string).replace(/^.*?\./, ""));
}

/**
 * Message for a WebAssembly trap in the CPU driver's own code. This is a bug of ours, so the message says where it
 * happened.
 */
export function cpuDriverTrapMessage(error: Error): string {
  const frames = wasmFrames(error).slice(0, 6).join(" < ");
  return `the CPU driver trapped: ${error.message}${frames === "" ? "" : ` in ${frames}`}`;
}
