/** The interface of a machine on which the host makes the system calls instead of a program. */
import type { Region } from "../boards/board";
import type { MapRegion } from "../boot-loader";
import type { RunResult } from "../results";
import type { Answer } from "./answer";

/** Bytes by offset, for example a DataView. */
export type Bytes = Pick<DataView, "getUint8" | "getUint16" | "getUint32" | "byteLength">;

export interface CallMachineBoot {
  /** The memory map that the loader reports, instead of the board's devices and DRAM. */
  memoryMap?: readonly MapRegion[];
  commandLine?: string;
}

/** User memory that the host may use for arguments and results of calls. */
export interface Scratch {
  /** Virtual address. */
  address: number;
  /** The bytes themselves. */
  bytes: DataView;
}

export interface CallMachine {
  readonly dram: Region;
  /** The present contents of DRAM, from its first byte. */
  readonly bytes: Bytes;
  /** Physical address of the CPU driver's state. Decoders start there. */
  readonly kernelState: number;
  /**
   * Physical address of the L1 table that the MMU walks for the program (TTBR0). Absent if only the processor knows it.
   */
  readonly ttbr0?: number;
  readonly scratch: Scratch;
  /** Starts the system again. Throws `RunEnded` if the CPU driver refuses to start. */
  boot(options?: CallMachineBoot): void;
  /** Makes one system call. Throws `RunEnded` if the system does not return from it. */
  call(words: readonly number[]): Answer;
}

/** Thrown when the system ends during boot or a call, because of a panic or because nothing can run any more. */
export class RunEnded extends Error {
  constructor(readonly result: RunResult) {
    super("message" in result ? result.message : `the run ended: ${result.kind}`);
  }
}
