/** The state of a machine as data: what it takes to look at it later, or to go on. */
import type { RunResult } from "../results";

export type Phase =
  /** Modules are in memory, the CPU driver has not run. */
  | "loaded"
  /** init is about to start. */
  | "booted"
  /** In the middle of init, before a system call. */
  | "stopped"
  /** The run is over. */
  | "ended";

export interface Snapshot {
  board: string;
  dram: { base: number; bytes: number };
  /** Fingerprint of what was loaded: only a machine with the same can take the snapshot. */
  loaded: number;
  phase: Phase;
  /** System calls complete. */
  systemCalls: number;
  /** Start address of init, 0 before boot. */
  entry: number;
  /** How the run ended, if it did. */
  result: RunResult | null;
  /** Memory that is not all zero, by offset from the first byte of DRAM: 64 KiB each. */
  chunks: Map<number, Uint8Array>;
  /** Mutable globals of the CPU driver's module. */
  globals: Map<string, number | bigint>;
  console: { text: string; reads: number[] };
}
