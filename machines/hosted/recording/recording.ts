/**
 * A recorded run of a board: memory at every system call, forwards and backwards, in Node or in a browser's worker.
 *
 *     const recording = Recording.record({ board, images, modules });     // boots, runs to the end, records
 *     recording.goTo({ call: 500, at: "exit" });                          // memory as it was when call 500 returned
 *     recording.dram; recording.kernelState;                              // the decoders of observe/ read it there
 *     recording.changes(500).address;                                     // the words that call 500 changed
 *     for (const touch of recording.touching(ranges, { direction: "backwards" })) break;   // who changed this last
 *
 * The recording knows memory, registers and the words of system calls, but nothing about capabilities.
 *
 * Time. The calls of a run have the numbers 1 to n, as in observe/calls. The boot counts as call 0. A run alternates
 * between the program and the kernel:
 *
 *       boot        program before 1     call 1       program before 2      call 2           program before n+1
 *     |--------------|--------------|--------------|--------------------|---------  ...   |--------------------|
 *                    ^              ^              ^                    ^                                      ^
 *          exit of call 0   entry of call 1   exit of call 1     entry of call 2                              end
 *
 * If call n does not return, the run ends in it, and the end is the exit of call n. Otherwise the run ends in the
 * program, and the end is the entry of call n+1, which was never made. A data abort or another fault of the program is
 * an event within the program's part; it has an entry and an exit, too.
 */
import type { Board } from "../../boards/board";
import type { BootModule } from "../../boot-loader";
import type { Fault, Frame, RunResult } from "../../results";
import type { Limits, MachineImages } from "../machine";

/** The images of a machine as bytes, because recording rewrites them, and dist/recorder.wasm. */
export interface RecordedImages extends Record<keyof Omit<MachineImages, "positions">, BufferSource> {
  /** dist/recorder.wasm */
  recorder: BufferSource | WebAssembly.Module;
  /** dist/init.wasm.map. Without it, results and stacks name no lines of source. */
  positions?: string;
}

export interface RecordOptions {
  board: Board;
  images: RecordedImages;
  /** Boot modules; the first is init. */
  modules: readonly BootModule[];
  /** Command line of the CPU driver. If absent, the board's command line. */
  commandLine?: string;
  /** Limits of the run. A limit that is absent does not apply. */
  limits?: Limits;
  /** Size at which the log drops its oldest part, in bytes. If absent, 256 MiB. */
  logBytes?: number;
  /** Begin the log at the exit of this call. If absent, at the exit of call 0. The run starts with the boot anyway. */
  from?: number;
  /** Called with each piece of console output while the board runs. */
  onConsole?: (chunk: string) => void;
  /** Called now and then with the number of calls made so far. What it throws ends the run and leaves `record`. */
  onProgress?: (calls: number) => void;
}

/** The beginning or the end of a call or of a fault. */
export type Edge = "entry" | "exit";

/** A point of time at which memory can be looked at. */
export type Moment =
  /** `call` is from 0 to n, or n+1 for the end of a run that ended in the program. */
  | { readonly call: number; readonly at: Edge }
  /** `fault` is an index in `Recording.faults`. */
  | { readonly fault: number; readonly at: Edge };

/** A part of the run: the kernel's work in a call, or the program's work between the previous call and this one. */
export interface Span {
  readonly call: number;
  readonly by: "kernel" | "program";
}

/** A system call as the machine sees it. */
export interface RecordedCall {
  readonly number: number;
  /** The twelve register words. */
  readonly words: Uint32Array;
  /** The result, as the CPU driver returns it (`Answer` reads it); null if the call did not return. */
  readonly result: bigint | null;
}

/** A data abort or trap of the program. */
export interface RecordedFault {
  readonly fault: Fault;
  /** Where it happened: in the program's part before this call. */
  readonly call: number;
  /** Whether the CPU driver removed the cause, so that the program went on. */
  readonly isRepaired: boolean;
}

/** A piece of console output, and the part of the run that wrote it. */
export interface ConsolePiece extends Span {
  readonly text: string;
}

/** Changed words, as columns of equal length, in the order of the addresses. */
export interface Changes {
  readonly length: number;
  /** Physical addresses. */
  readonly address: Uint32Array;
  readonly before: Uint32Array;
  readonly after: Uint32Array;
}

/** Physical addresses from `start` up to, and without, `end`. */
export interface PhysicalRange {
  readonly start: number;
  readonly end: number;
}

export interface TouchOptions {
  /** Where the search begins. If absent, the first moment of the window, or the last one if it goes backwards. */
  from?: Moment;
  direction?: "forwards" | "backwards";
}

/** The calls whose moments memory can be moved to: the exit of `first` is the earliest, `last` is the latest call. */
export interface Window {
  readonly first: number;
  readonly last: number;
}

/** Thrown by `Recording.open` if a file is no recording, or is damaged. The message is one sentence for users. */
export class RecordingError extends Error {}

export class Recording {
  /**
   * Boots a board, runs it to the end, and records. Memory is at the end of the run afterwards. Throws a RangeError if
   * the modules do not fit into the DRAM, or if WebAssembly memory cannot be had.
   */
  static record(options: RecordOptions): Recording {
    throw new Error(`not implemented ${options.board.name}`);
  }

  /**
   * Opens what `save` wrote. The file holds memory, log and images, so everything works as after `record`; `recorder` is
   * this build's dist/recorder.wasm. Throws a RecordingError for anything else.
   */
  static open(file: Uint8Array, recorder: RecordedImages["recorder"]): Promise<Recording> {
    throw new Error(`not implemented ${file.length} ${recorder}`);
  }

  /** The recording as a file (docs/recordings.md). Moves memory meanwhile, and moves it back. */
  save(): Promise<Uint8Array> {
    throw new Error("not implemented");
  }

  readonly board!: Board;
  readonly commandLine!: string;
  /** The strings of the boot modules, such as "SCENARIO=T03 init". */
  readonly moduleStrings!: readonly string[];

  // ---- the run ----

  /** Number of system calls of the whole run, n. */
  readonly calls!: number;
  readonly result!: RunResult;
  readonly faults!: readonly RecordedFault[];
  /** All console output in its order. observe/scenarios.ts finds the scenarios in it. */
  readonly console!: readonly ConsolePiece[];

  /** A call, 1 to n. Throws a RangeError for another number. All calls are known, also those outside of the window. */
  call(number: number): RecordedCall {
    throw new Error(`not implemented ${number}`);
  }

  /**
   * The words of all calls: word w of call c is at index 16 * c + w, for w from 0 to 11. The result's error is at
   * index 16 * c + 12 and its value at 16 * c + 13. They are zero if the call did not return. (Call 0 is all zero.)
   */
  readonly callWords!: Uint32Array;

  /** What the console showed at a moment. */
  consoleAt(moment: Moment): string {
    throw new Error(`not implemented ${moment}`);
  }

  // ---- moving through time ----

  readonly window!: Window;
  /** The exit of call 0: the CPU driver has booted, and the program is about to run its first instruction. */
  readonly start: Moment = { call: 0, at: "exit" };
  readonly end!: Moment;

  /** Where memory is. */
  readonly moment!: Moment;

  /** Whether memory can be moved to a moment without recording again. */
  holds(moment: Moment): boolean {
    throw new Error(`not implemented ${moment}`);
  }

  /**
   * Moves memory to a moment. All readers of memory see it there. Outside of the window, it records again first
   * (`recordFrom`), which takes as long as the run up to there. Throws a RangeError if the run has no such moment.
   */
  goTo(moment: Moment): void {
    throw new Error(`not implemented ${moment}`);
  }

  /**
   * Records again, from the exit of a call until the log is full, so that the window begins there. Memory is at the exit
   * of that call afterwards; it stays the same ArrayBuffer. `onProgress` is as in `RecordOptions`.
   */
  recordFrom(call: number, onProgress?: (calls: number) => void): void {
    throw new Error(`not implemented ${call} ${onProgress}`);
  }

  /** Compares two moments by time: negative if `a` is earlier, 0 if they are the same point. */
  compare(a: Moment, b: Moment): number {
    throw new Error(`not implemented ${a} ${b}`);
  }

  // ---- memory at the moment ----

  /** All DRAM; offset 0 is the board's DRAM base. */
  readonly dram!: DataView;
  /** The machine page (mmu/layout.ts: TLB, registers, counters); offset 0 is `MACHINE_PAGE`. */
  readonly machinePage!: DataView;
  /** The mutable globals of the CPU driver's module, by name, as in snapshots. They are not a part of its state. */
  globals(): Map<string, number | bigint> {
    throw new Error("not implemented");
  }
  /** Physical address of the CPU driver's state. Decoders start there. */
  readonly kernelState!: number;
  /** Physical address of the L1 table that the MMU walks for the program, at the moment. */
  readonly ttbr0!: number;
  /** Virtual address of the program's domain state; null if there is none. */
  readonly domainState!: number | null;

  // ---- what changed ----

  /**
   * The words of DRAM that a part of the run changed; if `by` is absent, the kernel's part of the call. A word that has
   * its old value at the end of the part is not among them. Leaves memory where it is.
   */
  changes(call: number, by: Span["by"] = "kernel"): Changes {
    throw new Error(`not implemented ${call} ${by}`);
  }

  /** The words of DRAM that differ between two moments of the window, in the order of time. */
  changesBetween(from: Moment, to: Moment): Changes {
    throw new Error(`not implemented ${from} ${to}`);
  }

  /**
   * The parts of the run that changed a byte of any of the ranges, in the order of the search: backwards, the first
   * result is the last change. Yields each part once. The log keeps words, so ranges are widened to whole words. It
   * searches the window, and leaves memory where it is. Do not move memory while you iterate.
   */
  touching(ranges: readonly PhysicalRange[], options: TouchOptions = {}): Generator<Span> {
    throw new Error(`not implemented ${ranges} ${options}`);
  }

  /**
   * For each page of 4 KiB of the DRAM, the number of the call that last changed it at the moment, or before which the
   * program changed it. 0 stands for the boot, and for all changes before the window. Do not change the array.
   */
  lastChange(): Uint32Array {
    throw new Error("not implemented");
  }

  // ---- source lines ----

  /**
   * The program's functions that were active when it made a call, innermost first. It runs the board again up to the
   * call, which takes as long as the run up to there. Empty without a table of positions.
   */
  stackAt(call: number): Frame[] {
    throw new Error(`not implemented ${call}`);
  }
}
