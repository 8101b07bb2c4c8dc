/** The state of a machine as data: enough to inspect it later, or to start from it after boot. */
import type { RunResult } from "../results";

export type Phase =
  /** Modules are in memory, the CPU driver has not run. */
  | "loaded"
  /** init is ready to start. */
  | "booted"
  /** The run is over. */
  | "ended";

export interface Snapshot {
  board: string;
  dram: { base: number; bytes: number };
  /** Fingerprint of the loaded modules. Only a machine with the same fingerprint can restore the snapshot. */
  loaded: number;
  phase: Phase;
  /** Number of completed system calls. */
  systemCalls: number;
  /** Start address of init, 0 before boot. */
  entry: number;
  /** How the run ended; null if it has not ended. */
  result: RunResult | null;
  /** Memory chunks of 64 KiB that are not all zero, by offset from the first byte of DRAM. */
  chunks: Map<number, Uint8Array>;
  /** Mutable globals of the CPU driver's module. */
  globals: Map<string, number | bigint>;
  /** Console output so far. */
  console: string;
}
