/** What a machine offers to a host that makes a program's system calls in the program's place. */
import type { Region } from "../boards/board";
import type { MapRegion } from "../boot-loader";
import type { RunResult } from "../results";
import type { Answer } from "./answer";

/** Bytes by offset; a DataView is one. */
export type Bytes = Pick<DataView, "getUint8" | "getUint16" | "getUint32" | "byteLength">;

export interface CallMachineBoot {
  /** What the loader reports, instead of the board's devices and DRAM. */
  memoryMap?: readonly MapRegion[];
  commandLine?: string;
}

/** User memory that the host may use for arguments and answers. */
export interface Scratch {
  /** Virtual address. */
  address: number;
  /** The bytes themselves. */
  bytes: DataView;
}

export interface CallMachine {
  readonly dram: Region;
  /** DRAM as it is now, from its first byte on. */
  readonly bytes: Bytes;
  /** Physical address of the CPU driver's state, where decoders begin. */
  readonly kernelState: number;
  /** The L1 table that the MMU walks for the program (TTBR0); absent where only the processor knows. */
  readonly ttbr0?: number;
  readonly scratch: Scratch;
  /** Starts the system anew. Throws `RunEnded` if the CPU driver refuses to. */
  boot(options?: CallMachineBoot): void;
  /** One system call. Throws `RunEnded` if the system does not come back from it. */
  call(words: readonly number[]): Answer;
}

/** The system came to an end during boot or a call: a panic, or nothing left that could run. */
export class RunEnded extends Error {
  constructor(readonly result: RunResult) {
    super("message" in result ? result.message : `the run ended: ${result.kind}`);
  }
}
