/** How a run of the machine can end. All of these are values; none is thrown. */
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

export type LimitKind = "systemCalls" | "milliseconds";

export type RunResult =
  /** The program ended the run with a status. */
  | { kind: "exit"; status: number }
  /** Nothing can run any more. */
  | { kind: "idle" }
  /** As many system calls as asked for are complete, and the program is about to make the next. */
  | { kind: "stopped"; systemCalls: number }
  /** A limit of the run was reached. */
  | { kind: "limit"; which: LimitKind; message: string }
  /** The program did what it must not; the CPU driver has been told and did not let it go on. */
  | { kind: "fault"; fault: Fault; message: string }
  /** The CPU driver gave up, or broke. */
  | { kind: "panic"; message: string };

export type BootResult =
  /** init is in memory and would start at this address. */
  { kind: "booted"; entry: number } | RunResult;
