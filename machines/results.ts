/** How a run of the machine can end. All of these are values; none of them is thrown. */
import type { TrapKind } from "../system/kpi/traps";

export type Fault =
  | {
      kind: "data abort";
      /** Virtual address, DFAR. */
      address: number;
      /** DFSR. */
      status: number;
      /** The access was a store. */
      write: boolean;
      /** The status in words. */
      reason: string;
    }
  | { kind: "trap"; trap: TrapKind; reason: string };

/** A function of the program that was active, and the place in its source that it had reached. */
export interface Frame {
  function: string;
  /** Path of the source. */
  file: string;
  /** Counted from 1. */
  line: number;
  /** Counted from 1. The native machine does not know it. */
  column?: number;
  /** The text of the line, if the table of positions has the source. */
  text?: string;
}

export type LimitKind = "systemCalls" | "milliseconds";

/** `frames` tells where the program was, innermost function first. It is empty if the machine has no table of positions. */
export type RunResult =
  /** The program ended the run with a status. */
  | { kind: "exit"; status: number }
  /** Nothing can run any more. */
  | { kind: "idle" }
  /** The requested number of system calls is complete, and the program is about to make the next one. */
  | { kind: "stopped"; systemCalls: number }
  /** The program has returned from all calls of the machine's script. */
  | { kind: "played"; calls: number }
  /** A limit of the run was reached. */
  | { kind: "limit"; which: LimitKind; message: string; frames: Frame[] }
  /** The program caused a fault. The CPU driver handled it and did not let the program go on. */
  | { kind: "fault"; fault: Fault; message: string; frames: Frame[] }
  /** The CPU driver panicked or trapped. */
  | { kind: "panic"; message: string };

export type BootResult =
  /** init is in memory and starts at this address. */
  { kind: "booted"; entry: number } | RunResult;
