/**
 * A board that runs the system, in Node or in a browser, in the caller's thread.
 *
 *     const machine = Machine.create({ board, images, modules: [{ string: "init", elf }] });
 *     machine.boot();                          // the CPU driver, up to the first instruction of init
 *     const result = machine.run();            // init, until something ends it
 *     machine.consoleText; machine.readPhysical(pa, bytes); machine.snapshot();
 *
 * The machine knows memory, registers and instructions, but nothing about capabilities. Two runs of the same machine
 * are equal, byte for byte, except for the time limit.
 *
 * WebAssembly cannot leave a program in the middle and return to it later, so a machine that has stopped stays stopped.
 * A `Recording` (recording/) moves to any system call of a run, forwards and backwards.
 */

import { INIT_ARGS_VBASE } from "../../system/kpi/init-space";
import { TrapKind } from "../../system/kpi/traps";
import type { Board } from "../boards/board";
import { type BootModule, type Loaded, loadModules } from "../boot-loader";
import type { BootResult, Fault, Frame, LimitKind, RunResult } from "../results";
import { Console } from "./console";
import {
  type CompiledImages,
  Core,
  type CounterName,
  compileImages,
  type ExceptionHandlers,
  type HostServices,
  type Probe,
  type ProgramExports,
} from "./core";
import {
  cpuDriverTrapMessage,
  dataAbortFault,
  faultMessage,
  isStackOverflow,
  isTrap,
  trapFault,
  trapKindOf,
} from "./faults";
import { describeFrames, Positions, withRecordedFrames } from "./frames";
import { Register } from "./mmu/layout";
import { ProcessorMode } from "./mmu/processor-mode";
import { callFunction, type Script } from "./script";
import type { Phase, Snapshot } from "./snapshot";

export interface MachineImages {
  /** dist/mmu.wasm */
  mmu: BufferSource | WebAssembly.Module;
  /** dist/mmu-access.wasm */
  mmuAccess: BufferSource | WebAssembly.Module;
  /** dist/cpudriver.wasm */
  cpudriver: BufferSource | WebAssembly.Module;
  /** dist/init.wasm: the code of the first module. The module's ELF image holds the data. */
  init: BufferSource | WebAssembly.Module;
  /** dist/init.wasm.map: the source map of `init`, as JSON. Without it, results name no lines of source. */
  positions?: string;
}

/** Limits of a run. A limit that is absent does not apply. */
export interface Limits {
  /** Number of system calls since boot. */
  systemCalls?: number;
  /** Time of one call of `run`, in milliseconds. */
  milliseconds?: number;
}

export interface MachineOptions {
  board: Board;
  /** Bytes, or compiled modules (a browser's main thread should compile with `WebAssembly.compile` beforehand). */
  images: MachineImages;
  /** Boot modules; the first is init. */
  modules: readonly BootModule[];
  /** Command line of the CPU driver. If absent, the board's command line. */
  commandLine?: string;
  limits?: Limits;
  /**
   * The calls of the program's functions that a run consists of. If absent, a run is one call of `_start`. The time limit
   * applies to each call.
   */
  script?: Script;
  /** Called with each piece of console output. */
  onConsole?: (chunk: string) => void;
  /**
   * Reads the cycle counter for measurements, for example `process.hrtime.bigint`. If absent, the counter stays at 0.
   * With a clock, two runs are no longer equal.
   */
  clock?: () => bigint;
  /** Further imports of a program from a special build, for example hooks that report to the host. */
  programImports?: WebAssembly.Imports;
  /** Stands between the program and the CPU driver. If absent, calls go directly from one to the other. */
  onSystemCall?: SystemCallObserver;
  /**
   * Makes what watches the machine from within, at each power-on. The images must be made for it.
   * @internal
   */
  probe?: () => Probe;
}

/**
 * Called for each system call of the program. `handle` makes the call: it must be called once, and its result returned.
 * It throws if the run ends in the call. What the observer throws leaves `run`.
 */
export type SystemCallObserver = (words: readonly number[], handle: () => bigint) => bigint;

export interface RunOptions {
  /** Stop when this number of system calls since boot is complete. */
  untilSystemCalls?: number;
  /** Replace the machine's own limits. */
  limits?: Limits;
}

/** Number of system calls between two checks of the clock. In code without system calls, loops check the clock. */
const CALLS_PER_CLOCK_LOOK = 4096;

/** Thrown through the wasm frames to end a run; never leaves this file. */
class EndOfRun {
  constructor(readonly result: RunResult) {}
}

export class Machine {
  /** Console output so far. */
  get consoleText(): string {
    return this.console.text;
  }

  /** How the run ended; null if it has not ended. */
  get result(): RunResult | null {
    return this.ended;
  }

  private readonly console: Console;
  /** Parsed when it is needed. */
  private positions: Positions | null = null;
  private readonly images: CompiledImages;
  private core: Core;
  private loaded: Loaded = { block: 0, end: 0, fingerprint: 0 };
  private phase: Phase = "loaded";
  private entry = 0;
  private ended: RunResult | null = null;
  private program: ProgramExports | null = null;
  /** The run ended while the program was instantiated, so it has no functions that can be called. */
  private isStillborn = false;
  private probe: Probe | null = null;
  private deadline = Number.POSITIVE_INFINITY;
  private limits: Limits;
  private stop = Number.POSITIVE_INFINITY;

  /**
   * Powers on a board and loads the modules. Throws a RangeError if they do not fit into the board's DRAM, and passes
   * on WebAssembly's error for an invalid image.
   */
  static create(options: MachineOptions): Machine {
    return new Machine(options);
  }

  private constructor(private readonly options: MachineOptions) {
    this.images = compileImages(options.images);
    this.console = new Console(options.onConsole);
    this.limits = options.limits ?? {};
    this.core = this.powerOn();
  }

  // ---- running ----

  /** Runs the CPU driver until init is ready to start. A second call changes nothing. */
  boot(): BootResult {
    if (this.ended) return this.ended;
    if (this.phase !== "loaded") return { kind: "booted", entry: this.entry };
    this.core.stopAt(0);
    const result = this.enter(
      (): BootResult => ({ kind: "booted", entry: this.core.cpudriver.boot(this.loaded.block) >>> 0 }),
    );
    if (result.kind !== "booted") return this.end(result);
    this.entry = result.entry;
    this.phase = "booted";
    this.probe?.booted(this.core.cpudriver);
    return result;
  }

  /**
   * Boots if necessary, then runs init until it ends, or a limit or `untilSystemCalls` is reached. A second call returns
   * the same result again.
   */
  run({ untilSystemCalls = Number.POSITIVE_INFINITY, limits }: RunOptions = {}): RunResult {
    const booted = this.boot();
    if (booted.kind !== "booted") return booted;
    this.limits = limits ?? this.options.limits ?? {};
    this.stop = untilSystemCalls;
    this.restartClock();
    // The first system call from here on asks the host; then `systemCallLimit` sets the next stop.
    this.core.stopAt(0);
    const result = withRecordedFrames(() => this.enter(() => this.runProgram()));
    this.core.stopAt(0);
    return this.end(result);
  }

  /**
   * Starts the time limit of the present run anew. `onConsole` may call it, for example when a scenario ends, so that
   * the limit applies to each scenario.
   */
  restartClock(): void {
    this.deadline = performance.now() + (this.limits.milliseconds ?? Number.POSITIVE_INFINITY);
  }

  /** Puts characters into the console's input. */
  input(text: string): void {
    this.console.type(text);
  }

  // ---- inspection ----

  get board(): Board {
    return this.options.board;
  }

  /**
   * All DRAM; offset 0 is the board's DRAM base. It becomes stale when the machine is restored.
   */
  get dram(): DataView {
    return this.core.memory.dram;
  }

  /** Physical address of the CPU driver's state. Decoders start there. */
  get kernelState(): number {
    return this.board.dram.base + this.core.cpudriver.kernelState();
  }

  /** Physical address of the L1 table that the MMU walks for the program. */
  get ttbr0(): number {
    return this.core.memory.all.getUint32(Register.TTBR0, true);
  }

  /** Virtual address of the program's domain state, where decoders of user memory start; null if there is none. */
  get domainState(): number | null {
    if (this.isStillborn) return null;
    const { domainState } = this.program ?? this.core.startProgram();
    return typeof domainState === "function" ? Number(domainState()) : null;
  }

  /** Copies physical memory. Throws a RangeError unless the whole range is DRAM. */
  readPhysical(pa: number, bytes: number): Uint8Array {
    return this.core.memory.read(pa, bytes);
  }

  /** Writes physical memory without the system's knowledge, for experiments. */
  writePhysical(pa: number, bytes: Uint8Array): void {
    this.core.memory.write(pa, bytes);
  }

  /**
   * Looks up a virtual address in the present page tables, without the TLB. Returns the DFSR status (0 without a fault)
   * and the physical address.
   */
  translate(va: number, { write = false, privileged = false } = {}): { status: number; pa: number } {
    const result = this.core.mmu.translate(va, Number(write), Number(privileged));
    return { status: Number(result & 0xffffffffn), pa: Number(BigInt.asUintN(64, result) >> 32n) };
  }

  /**
   * Number of events since boot: completed system calls, translation table walks of user code, or data aborts of user
   * code.
   */
  counter(name: CounterName): number {
    return this.core.counter(name);
  }

  // ---- snapshots ----

  /** Copies the state as data. The copy shares nothing with the machine. */
  snapshot(): Snapshot {
    return {
      board: this.board.name,
      dram: { ...this.board.dram },
      loaded: this.loaded.fingerprint,
      phase: this.phase,
      systemCalls: this.counter("systemCalls"),
      entry: this.entry,
      result: this.ended,
      chunks: this.core.memory.nonZeroChunks(),
      globals: this.core.globals(),
      console: this.console.text,
    };
  }

  /** Restores a snapshot of this machine, or of one created with the same board, images and modules. */
  restore(snapshot: Snapshot): void {
    const { base, bytes } = this.board.dram;
    if (snapshot.loaded !== this.loaded.fingerprint || snapshot.dram.base !== base || snapshot.dram.bytes !== bytes) {
      throw new Error(`this snapshot of ${snapshot.board} was taken with another board, other images or other modules`);
    }
    this.core = this.powerOn();
    this.core.memory.clear(base, this.loaded.end - base);
    this.core.memory.writeChunks(snapshot.chunks);
    this.core.setGlobals(snapshot.globals);
    this.console.text = snapshot.console;
    this.phase = snapshot.phase;
    this.entry = snapshot.entry;
    this.ended = snapshot.result;
    this.program = null;
  }

  // ---- inside ----

  /** Creates a core after reset, with everything loaded. */
  private powerOn(): Core {
    const host: HostServices = {
      consoleWrite: (bytes) => this.console.write(bytes),
      consoleRead: () => this.console.read(),
      halt: (status) => this.halted(status),
      idle: () => this.idled(),
      systemCallLimit: () => this.systemCallLimit(),
      timerTick: () => this.checkClock(),
      clock: this.options.clock ?? (() => 0n),
      programImports: this.options.programImports,
    };
    this.probe = this.options.probe?.() ?? null;
    const core = new Core(this.images, this.board.dram, host, this.probe?.memory, this.probe?.imports);
    const { board, modules, commandLine = board.commandLine } = this.options;
    const imageEnd = board.dram.base + core.cpudriver.heapBase();
    this.loaded = loadModules(core.memory, board, modules, commandLine, imageEnd);
    return core;
  }

  private end(result: RunResult): RunResult {
    this.phase = "ended";
    this.ended = result;
    return result;
  }

  /** Calls into wasm. If the run ends during the call, returns the result of the run. */
  private enter<T>(call: () => T): T | RunResult {
    try {
      return call();
    } catch (error) {
      if (error instanceof EndOfRun) return error.result;
      if (!isTrap(error)) throw error;
      return { kind: "panic", message: cpuDriverTrapMessage(error) };
    }
  }

  private runProgram(): RunResult {
    const handlers = this.exceptionHandlers();
    let trap = TrapKind.PREFETCH_ABORT;
    let stack = "";
    try {
      // A module can contain code that runs when it is instantiated.
      this.core.enterUserMode();
      this.isStillborn = true;
      this.program = this.core.startProgram(handlers);
      this.isStillborn = false;
      if (this.options.script) return this.play(this.options.script, this.program);
      // If the program returns from its first function, it has no address to return to: the link register is zero.
      this.program._start(INIT_ARGS_VBASE);
    } catch (error) {
      if (!isTrap(error)) throw error;
      // Both use one stack here. The CPU driver does not recurse, so an overflow always comes from the program.
      if (this.mode !== ProcessorMode.USER && !isStackOverflow(error)) throw error;
      trap = trapKindOf(error);
      stack = error.stack ?? "";
    }
    const result = this.faultResult(trapFault(trap), stack);
    const told = this.enter(() => handlers.userTrap(trap, 0));
    return told?.kind === "panic" ? told : result;
  }

  private play(script: Script, program: ProgramExports): RunResult {
    for (const { name, words } of script) {
      this.core.enterUserMode();
      this.restartClock();
      callFunction(program, name, words);
    }
    return { kind: "played", calls: script.length };
  }

  /** The CPU driver's functions that the program's exceptions call, with the observer in between. */
  private exceptionHandlers(): ExceptionHandlers {
    const { cpudriver } = this.core;
    const handlers = this.probe?.exceptions(cpudriver) ?? cpudriver;
    const { onSystemCall } = this.options;
    if (!onSystemCall) return handlers;
    return { ...handlers, syscall: (...words) => onSystemCall(words, () => handlers.syscall(...words)) };
  }

  private faultResult(fault: Fault, stack: string): RunResult {
    return { kind: "fault", fault, message: faultMessage(fault), frames: this.framesOf(stack) };
  }

  private framesOf(stack: string): Frame[] {
    const { positions } = this.options.images;
    if (positions === undefined) return [];
    const { probe } = this;
    this.positions ??= probe
      ? Positions.parse(positions).moved((offset) => probe.moved(offset))
      : Positions.parse(positions);
    return describeFrames(stack, this.positions);
  }

  private get mode(): ProcessorMode {
    return this.core.register(Register.MODE);
  }

  private halted(status: number): never {
    const panic = this.core.panicReason();
    if (panic !== null) throw new EndOfRun({ kind: "panic", message: `the CPU driver panicked: ${panic}` });
    throw new EndOfRun(this.abortResult() ?? { kind: "exit", status });
  }

  private idled(): never {
    throw new EndOfRun(this.abortResult() ?? { kind: "idle" });
  }

  /** The result if the CPU driver stopped the program while it handled a data abort. */
  private abortResult(): RunResult | null {
    if (this.mode !== ProcessorMode.ABORT) return null;
    const fault = dataAbortFault(this.core.register(Register.DFAR), this.core.register(Register.DFSR));
    return this.faultResult(fault, new Error().stack ?? "");
  }

  private checkClock(): void {
    if (performance.now() >= this.deadline) {
      const { milliseconds } = this.limits;
      this.limitReached("milliseconds", `the program was stopped: it ran longer than ${milliseconds} ms`);
    }
  }

  private limitReached(which: LimitKind, message: string): never {
    throw new EndOfRun({ kind: "limit", which, message, frames: this.framesOf(new Error().stack ?? "") });
  }

  /** Handles `Counter.SYSCALL_STOP`: a stop, a limit, or only time to check the clock. */
  private systemCallLimit(): void {
    const count = this.counter("systemCalls");
    const { systemCalls: limit = Number.POSITIVE_INFINITY } = this.limits;
    if (count >= this.stop) throw new EndOfRun({ kind: "stopped", systemCalls: count });
    if (count >= limit) {
      this.limitReached(
        "systemCalls",
        `the program was stopped: it made ${count} system call${count === 1 ? "" : "s"}`,
      );
    }
    this.checkClock();
    this.core.stopAt(Math.min(this.stop, limit, count + CALLS_PER_CLOCK_LOOK));
  }
}
