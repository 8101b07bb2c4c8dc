/** Connects the recorder to a machine, and fetches what it recorded. */
import { RECORDER_MODULE, SAVE_GLOBALS as SAVE_GLOBALS_EXPORT } from "../../../compile/record";
import type { Region } from "../../boards/board";
import type { Fault } from "../../results";
import type { CpuDriverExports, ExceptionHandlers, Probe } from "../core";
import { dataAbortFault, trapFault } from "../faults";
import { PhysicalMemory } from "../physical-memory";
import type { PreparedImages } from "./images";
import { CALL_ROW, CALLS, EPOCH_SIZES, LOG, RECORDER_END } from "./recorder/layout";

/** Receives what the recorder recorded. Each function may throw to end the run. The arrays are the receiver's. */
export interface Receiver {
  takeLog(words: Int32Array, sizes: Uint32Array): void;
  /** Rows of calls, of 16 words; recorder/layout.ts draws them. */
  takeCalls(rows: Uint32Array): void;
  /** A fault begins, after a number of epochs, in the program's part before call `call`. */
  faultEntered(fault: Fault, call: number, epochs: number): void;
  /** The CPU driver repaired the last fault. */
  faultLeft(epochs: number): void;
}

export interface RecorderSettings {
  /** The call at whose exit the log begins. */
  from: number;
  /** The call after whose exit the run ends; Infinity for a run that ends by itself. */
  until: number;
  /** Bytes of the log that are handed over together at most, apart from the last epoch. */
  logBytes: number;
  /** Bytes of the stage; the largest possible if absent. */
  stageBytes?: number;
}

interface RecorderExports extends WebAssembly.Exports {
  configure(stageBytes: number, logBytes: number, from: number, until: number): void;
  booted(): void;
  finishedEpochs(): number;
  enteredCalls(): number;
  isInCall(): number;
  touch(address: number, bytes: number): void;
  fill(start: number, value: number, bytes: number): void;
  copy(to: number, from: number, bytes: number): void;
  commit(): void;
  finish(): void;
  syscall(...words: number[]): bigint;
}

/** Entries of the recorder's table. */
const SYSTEM_CALL = 0;
const SAVE_GLOBALS = 1;
const TABLE_SIZE = 2;
const MOST = 0xffffffff;

/** Thrown through the wasm frames when the call `RecorderSettings.until` is complete. */
export class LastCallReached extends Error {}

export class RecorderProbe implements Probe {
  readonly imports: WebAssembly.Imports;
  readonly moved: (offset: number) => number;
  private readonly recorder: RecorderExports;
  private readonly table = new WebAssembly.Table({ initial: TABLE_SIZE, element: "anyfunc" });

  /** Memory for a board that is recorded. */
  static memoryFor(dram: Region): PhysicalMemory {
    return new PhysicalMemory(dram, RECORDER_END);
  }

  /** `memory` is from `memoryFor`, and zero. */
  constructor(
    { recorder, moved }: Pick<PreparedImages, "recorder" | "moved">,
    readonly memory: PhysicalMemory,
    private readonly receiver: Receiver,
    { from, until, logBytes, stageBytes = MOST }: RecorderSettings,
  ) {
    const { buffer } = memory.wasm;
    const host = {
      takeLog: (words: number, epochs: number) =>
        receiver.takeLog(
          new Int32Array(buffer, LOG, words).slice(),
          new Uint32Array(buffer, EPOCH_SIZES, epochs).slice(),
        ),
      takeCalls: (rows: number) => receiver.takeCalls(new Uint32Array(buffer, CALLS, (rows * CALL_ROW) / 4).slice()),
      lastCall: () => {
        throw new LastCallReached();
      },
    };
    this.moved = moved;
    const env = { memory: memory.wasm, table: this.table };
    this.recorder = new WebAssembly.Instance(recorder, { env, host }).exports as RecorderExports;
    this.recorder.configure(stageBytes, Math.min(logBytes, MOST), from, Math.min(until, MOST));
    const { touch, fill, copy } = this.recorder;
    this.imports = { [RECORDER_MODULE]: { touch, fill, copy } };
  }

  exceptions(cpudriver: CpuDriverExports): ExceptionHandlers {
    this.table.set(SYSTEM_CALL, cpudriver.syscall);
    this.table.set(SAVE_GLOBALS, cpudriver[SAVE_GLOBALS_EXPORT]);
    return {
      syscall: this.recorder.syscall,
      dataAbort: (far, fsr) => {
        this.enterFault(dataAbortFault(far >>> 0, fsr >>> 0));
        const isRepaired = cpudriver.dataAbort(far, fsr);
        this.leaveFault(cpudriver);
        return isRepaired;
      },
      userTrap: (kind, address) => {
        this.enterFault(trapFault(kind));
        cpudriver.userTrap(kind, address);
        this.leaveFault(cpudriver);
      },
    };
  }

  booted(cpudriver: CpuDriverExports): void {
    saveGlobals(cpudriver);
    this.recorder.booted();
  }

  /** Number of calls that were entered so far. */
  get enteredCalls(): number {
    return this.recorder.enteredCalls();
  }

  /** The call that runs, or before which the program runs. */
  get place(): { call: number; by: "kernel" | "program" } {
    const entered = this.enteredCalls;
    return this.recorder.isInCall() ? { call: entered, by: "kernel" } : { call: entered + 1, by: "program" };
  }

  /** Hands over the rest at the end of a run. */
  finish(): void {
    this.recorder.finish();
  }

  private enterFault(fault: Fault): void {
    this.recorder.commit();
    this.receiver.faultEntered(fault, this.place.call, this.recorder.finishedEpochs());
  }

  private leaveFault(cpudriver: CpuDriverExports): void {
    saveGlobals(cpudriver);
    this.recorder.commit();
    this.receiver.faultLeft(this.recorder.finishedEpochs());
  }
}

/** Calls the function that the pass added to the CPU driver's module. */
function saveGlobals(cpudriver: CpuDriverExports): void {
  (cpudriver[SAVE_GLOBALS_EXPORT] as () => void)();
}
