/**
 * A machine without a program: the host makes init's system calls itself.
 *
 *     const machine = DirectMachine.create({ board, images });
 *     machine.boot({ memoryMap });                    // the CPU driver, up to where init would start
 *     const calls = new SystemCalls(machine);         // or machine.call([word0, word1, ...])
 *     calls.copy({ source, cnode, slot }).name        // "SYS_ERR_OK"
 *
 * It serves to replay recorded traces, to test the CPU driver against a model, and to fuzz: the host can pass any words
 * that a program could pass. `scratch` is user memory for calls that take an address.
 *
 * With a program (`DirectOptions.program`), the host can also call the program's functions, one by one.
 *
 * `boot` can be called repeatedly. Each call is a warm reset: the CPU driver starts again, but RAM that it does not
 * clear keeps its bytes. This is much faster than creating another machine. Capabilities do not show the difference,
 * because the CPU driver clears the memory of the objects that it makes.
 */

import { INIT_DISPATCHER_VBASE, INIT_SEGMENTS_VBASE } from "../../../system/kpi/init-space";
import { CallWords } from "../../../system/kpi/system-calls";
import type { Board, Region } from "../../boards/board";
import { loadModules } from "../../boot-loader";
import { Answer } from "../../calls/answer";
import { type CallMachine, type CallMachineBoot, RunEnded, type Scratch } from "../../calls/call-machine";
import type { Fault, Frame, LimitKind, RunResult } from "../../results";
import { type CompiledImages, Core, compileImages } from "../core";
import {
  cpuDriverTrapMessage,
  dataAbortFault,
  faultMessage,
  isStackOverflow,
  isTrap,
  trapFault,
  trapKindOf,
} from "../faults";
import { describeFrames, Positions, withRecordedFrames } from "../frames";
import type { Limits } from "../machine";
import { MACHINE_PAGE, MACHINE_PAGE_BYTES, Register } from "../mmu/layout";
import { ProcessorMode } from "../mmu/processor-mode";
import { PhysicalMemory } from "../physical-memory";
import { idleProgram } from "./idle-program";

export interface DirectImages {
  /** dist/mmu.wasm */
  mmu: BufferSource | WebAssembly.Module;
  /** dist/mmu-access.wasm */
  mmuAccess: BufferSource | WebAssembly.Module;
  /** dist/cpudriver.wasm */
  cpudriver: BufferSource | WebAssembly.Module;
}

/** A program that boots as init but does not run by itself: the host calls its functions. */
export interface DirectProgram {
  wasm: BufferSource | WebAssembly.Module;
  /** ELF image with the program's data. */
  elf: Uint8Array;
  /** The program's table of positions, for results that say where a fault happened. */
  positions?: string;
}

export interface DirectOptions {
  board: Board;
  images: DirectImages;
  program?: DirectProgram;
  /** Called with each piece of console output. */
  onConsole?: (chunk: string) => void;
}

export interface DirectBootOptions extends CallMachineBoot {
  /** Environment of the program: `NAME=value` words. */
  environment?: string;
  /** Size of the user memory at `scratch.address`, a multiple of the page size. */
  scratchBytes?: number;
}

/** Takes the twelve register words. Returns the error in the lower half of the result and a value in the upper half. */
export type SystemCall = (...words: number[]) => bigint;

const PAGE = 4096;
/** Number of system calls between two checks of the clock. */
const CALLS_PER_CLOCK_LOOK = 4096;
/** An empty wasm module, used if there is no program. */
const NO_PROGRAM = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

export class DirectMachine implements CallMachine {
  readonly memory: PhysicalMemory;
  private readonly images: CompiledImages;
  private core: Core;
  private positions: Positions | null = null;
  private scratchMemory: Scratch | null = null;
  private limits: Limits = {};
  /** Whether `callProgram` is in progress. */
  private isInProgram = false;
  private deadline = Number.POSITIVE_INFINITY;
  private lastCall = Number.POSITIVE_INFINITY;

  static create(options: DirectOptions): DirectMachine {
    return new DirectMachine(options);
  }

  private constructor(private readonly options: DirectOptions) {
    this.images = compileImages({ ...options.images, init: options.program?.wasm ?? NO_PROGRAM });
    this.memory = new PhysicalMemory(options.board.dram);
    this.core = this.powerOn();
  }

  /** Starts the system again. Throws `RunEnded` if the CPU driver refuses to start. */
  boot({ memoryMap, commandLine, environment = "", scratchBytes = PAGE }: DirectBootOptions = {}): void {
    const { board, program } = this.options;
    if (this.scratchMemory) this.core = this.powerOn();
    const start = board.dram.base + this.core.cpudriver.heapBase();
    const modules = [{ string: `${environment} init`.trim(), elf: program?.elf ?? idleProgram(scratchBytes) }];
    const loaded = loadModules(this.memory, board, modules, commandLine ?? board.commandLine, start, memoryMap);
    this.enter(() => this.core.cpudriver.boot(loaded.block));
    // The host must not use a program's own memory. The end of the frame of arguments is unused.
    const address = program ? INIT_DISPATCHER_VBASE - scratchBytes : INIT_SEGMENTS_VBASE;
    const pa = Number(BigInt.asUintN(64, this.core.mmu.translate(address, 1, 0)) >> 32n);
    const bytes = new DataView(this.memory.wasm.buffer, this.memory.offset(pa, scratchBytes), scratchBytes);
    this.scratchMemory = { address, bytes };
  }

  /** Makes one system call. Throws `RunEnded` if the system does not return from it. */
  call(words: readonly number[]): Answer {
    const w = Array.from({ length: CallWords.MAX }, (_, index) => (words[index] ?? 0) | 0);
    return new Answer(this.enter(() => this.core.cpudriver.syscall(...w)));
  }

  /**
   * Creates a new instance of the program's code for this boot. If `systemCall` is given, it makes the program's system
   * calls: it may answer some itself and pass the others on to the CPU driver. An exception does not reset the program.
   */
  startProgram(systemCall?: (pass: SystemCall) => SystemCall): WebAssembly.Exports {
    const { cpudriver } = this.core;
    const pass: SystemCall = (...words) => this.enter(() => cpudriver.syscall(...words));
    return this.core.startProgram(systemCall && { ...cpudriver, syscall: systemCall(pass) });
  }

  /**
   * Calls into the program. Throws `RunEnded` if a fault or a trap of the program ends the run, or if the call exceeds a
   * limit. The limits apply to this call alone.
   */
  callProgram<T>(call: () => T, limits: Limits = {}): T {
    const { core } = this;
    this.limits = limits;
    this.deadline = performance.now() + (limits.milliseconds ?? Number.POSITIVE_INFINITY);
    this.lastCall = core.counter("systemCalls") + (limits.systemCalls ?? Number.POSITIVE_INFINITY);
    core.stopAt(0);
    core.enterUserMode();
    this.isInProgram = true;
    try {
      return withRecordedFrames(call);
    } catch (error) {
      if (!isTrap(error)) throw error;
      const isOfProgram = core.register(Register.MODE) === ProcessorMode.USER || isStackOverflow(error);
      if (!isOfProgram) throw new RunEnded({ kind: "panic", message: cpuDriverTrapMessage(error) });
      throw new RunEnded(this.faultResult(trapFault(trapKindOf(error)), error.stack ?? ""));
    } finally {
      this.isInProgram = false;
      this.deadline = Number.POSITIVE_INFINITY;
      this.lastCall = Number.POSITIVE_INFINITY;
      core.stopAt(Number.MAX_SAFE_INTEGER);
    }
  }

  get dram(): Region {
    return this.options.board.dram;
  }

  get bytes(): DataView {
    return this.memory.dram;
  }

  get scratch(): Scratch {
    if (!this.scratchMemory) throw new Error("the machine has not booted");
    return this.scratchMemory;
  }

  /** Writes words into the program's memory, at an address that is a multiple of 4. All of it must be mapped. */
  writeWords(va: number, words: Uint32Array | Int32Array): void {
    for (let at = 0; at < words.length; ) {
      const address = va + 4 * at;
      const { status, pa } = this.translate(address, { write: true });
      if (status !== 0) throw new Error(`0x${address.toString(16)} is not mapped`);
      const count = Math.min(words.length - at, (PAGE - (address % PAGE)) / 4);
      const part = words.subarray(at, at + count);
      new Uint32Array(this.memory.wasm.buffer, this.memory.offset(pa, 4 * count), count).set(part);
      at += count;
    }
  }

  /** Physical address of the CPU driver's state. Decoders start there. */
  get kernelState(): number {
    return this.options.board.dram.base + this.core.cpudriver.kernelState();
  }

  get ttbr0(): number {
    return this.memory.all.getUint32(Register.TTBR0, true);
  }

  /**
   * Looks up a virtual address in the page tables. Returns the DFSR status (0 without a fault) and the physical
   * address.
   */
  translate(va: number, { write = false, privileged = false } = {}): { status: number; pa: number } {
    const result = BigInt.asUintN(64, this.core.mmu.translate(va, Number(write), Number(privileged)));
    return { status: Number(result & 0xffffffffn), pa: Number(result >> 32n) };
  }

  private powerOn(): Core {
    if (this.scratchMemory) {
      const all = new Uint8Array(this.memory.wasm.buffer);
      all.fill(0, 0, this.core.cpudriver.heapBase());
      all.fill(0, MACHINE_PAGE, MACHINE_PAGE + MACHINE_PAGE_BYTES);
    }
    const decoder = new TextDecoder();
    const ended = (result: RunResult): never => {
      throw new RunEnded(result);
    };
    const core: Core = new Core(
      this.images,
      this.options.board.dram,
      {
        consoleWrite: (bytes) => this.options.onConsole?.(decoder.decode(bytes, { stream: true })),
        consoleRead: () => -1,
        halt: (status) => {
          const reason = core.panicReason();
          if (reason !== null) return ended({ kind: "panic", message: `the CPU driver panicked: ${reason}` });
          return ended({ kind: "exit", status });
        },
        idle: () => ended(this.dataAbort(core) ?? { kind: "idle" }),
        systemCallLimit: () => this.checkCalls(core),
        timerTick: () => this.checkClock(),
        clock: () => 0n,
      },
      this.memory,
    );
    core.stopAt(Number.MAX_SAFE_INTEGER);
    return core;
  }

  /** The result if the CPU driver stopped the program while it handled a data abort. */
  private dataAbort(core: Core): RunResult | null {
    // A host that reads user memory itself may have left the processor in this mode.
    if (!this.isInProgram || core.register(Register.MODE) !== ProcessorMode.ABORT) return null;
    const fault = dataAbortFault(core.register(Register.DFAR), core.register(Register.DFSR));
    return this.faultResult(fault, new Error().stack ?? "");
  }

  private checkClock(): void {
    if (performance.now() < this.deadline) return;
    const message = `the program was stopped: it ran longer than ${this.limits.milliseconds} ms`;
    throw this.limitReached("milliseconds", message);
  }

  private checkCalls(core: Core): void {
    const count = core.counter("systemCalls");
    if (count >= this.lastCall) {
      const message = `the program was stopped: it made ${this.limits.systemCalls} system calls`;
      throw this.limitReached("systemCalls", message);
    }
    this.checkClock();
    core.stopAt(Math.min(this.lastCall, count + CALLS_PER_CLOCK_LOOK));
  }

  private limitReached(which: LimitKind, message: string): RunEnded {
    return new RunEnded({ kind: "limit", which, message, frames: this.framesOf(new Error().stack ?? "") });
  }

  private faultResult(fault: Fault, stack: string): RunResult {
    return { kind: "fault", fault, message: faultMessage(fault), frames: this.framesOf(stack) };
  }

  private framesOf(stack: string): Frame[] {
    const positions = this.options.program?.positions;
    if (positions === undefined) return [];
    this.positions ??= Positions.parse(positions);
    return describeFrames(stack, this.positions);
  }

  private enter<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      if (isTrap(error)) throw new RunEnded({ kind: "panic", message: cpuDriverTrapMessage(error) });
      throw error;
    }
  }
}
