/**
 * The module instances of one power-on: memory, MMU and CPU driver. A machine that is restored gets a new core.
 *
 * The modules are linked directly to each other where possible, so that calls between them do not pass through
 * JavaScript.
 */

import { KernelStateLayout } from "../../system/cpudriver/layout/kernel-state-layout";
import type { Region } from "../boards/board";
import { Counter, Register } from "./mmu/layout";
import { ProcessorMode } from "./mmu/processor-mode";
import { PhysicalMemory } from "./physical-memory";

/** Functions that the host offers to the wasm modules. Each may throw to end the run. */
export interface HostServices {
  consoleWrite(bytes: Uint8Array): void;
  consoleRead(): number;
  halt(status: number): never;
  idle(): never;
  systemCallLimit(): void;
  timerTick(): void;
  /** Value of the cycle counter. */
  clock(): bigint;
  /** Imports of the program other than those from the machine. */
  programImports?: WebAssembly.Imports;
}

/**
 * Watches a machine from within, as a trace unit does: the machine's modules report to it. A machine needs images that
 * were made for the probe.
 */
export interface Probe {
  /** The machine's memory, with room for the probe after the machine page. */
  memory: PhysicalMemory;
  /** What the modules import in addition. */
  imports: WebAssembly.Imports;
  /** The functions that the program's exceptions call, instead of those of the CPU driver. */
  exceptions(cpudriver: CpuDriverExports): ExceptionHandlers;
  /** Offset in the program's image, which was made for the probe, of what is at an offset of the original image. */
  moved(offset: number): number;
  /** The CPU driver has booted, and the program is about to start. */
  booted(cpudriver: CpuDriverExports): void;
}

/** The functions of the CPU driver that the exceptions of a program call. */
export interface ExceptionHandlers extends WebAssembly.ModuleImports {
  syscall(...words: number[]): bigint;
  dataAbort(far: number, fsr: number): number;
  userTrap(kind: number, address: number): void;
}

export interface CompiledImages {
  mmu: WebAssembly.Module;
  mmuAccess: WebAssembly.Module;
  cpudriver: WebAssembly.Module;
  init: WebAssembly.Module;
}

/** Compiles an image, unless it is compiled already. */
export function compileImage(image: BufferSource | WebAssembly.Module): WebAssembly.Module {
  return image instanceof WebAssembly.Module ? image : new WebAssembly.Module(image);
}

/** Compiles the images that are not compiled yet. */
export function compileImages(
  images: Readonly<Record<keyof CompiledImages, BufferSource | WebAssembly.Module>>,
): CompiledImages {
  return {
    mmu: compileImage(images.mmu),
    mmuAccess: compileImage(images.mmuAccess),
    cpudriver: compileImage(images.cpudriver),
    init: compileImage(images.init),
  };
}

interface MmuExports extends WebAssembly.Exports {
  reset(): void;
  translate(va: number, write: number, privileged: number): bigint;
}

export interface CpuDriverExports extends WebAssembly.Exports, ExceptionHandlers {
  boot(multiboot: number): number;
  heapBase(): number;
  /** Offset of the CPU driver's state in memory. */
  kernelState(): number;
}

export interface ProgramExports extends WebAssembly.Exports {
  _start(argumentsAddress: number): void;
}

export type CounterName = "systemCalls" | "tlbMisses" | "dataAborts";

const COUNTERS: Record<CounterName, Counter> = {
  systemCalls: Counter.SYSCALL_COUNT,
  tlbMisses: Counter.TLB_MISSES,
  dataAborts: Counter.DATA_ABORTS,
};

export class Core {
  readonly mmu: MmuExports;
  readonly cpudriver: CpuDriverExports;

  constructor(
    private readonly images: CompiledImages,
    dram: Region,
    private readonly host: HostServices,
    /** Pass the memory of an earlier power-on to keep its contents, as in a warm reset. */
    readonly memory: PhysicalMemory = new PhysicalMemory(dram),
    private readonly probes: WebAssembly.Imports = {},
  ) {
    this.memory.all.setUint32(Register.DRAM_BASE, dram.base, true);
    this.memory.all.setUint32(Register.DRAM_BYTES, dram.bytes, true);

    const env = { memory: this.memory.wasm };
    const mmu = new WebAssembly.Instance(images.mmu, {
      ...probes,
      env,
      host: { systemCallLimit: () => host.systemCallLimit() },
    });
    this.mmu = mmu.exports as MmuExports;
    this.mmu.reset();
    const cpudriver = new WebAssembly.Instance(images.cpudriver, {
      ...probes,
      env,
      hw: {
        ...mmu.exports,
        dramBase: dram.base,
        ramOffset: dram.base,
        consoleWrite: (text: number, bytes: number) =>
          host.consoleWrite(this.memory.read(this.memory.region.base + (text >>> 0), bytes >>> 0)),
        consoleRead: () => host.consoleRead(),
        enableInterrupts: () => {},
        cycleCounter: () => host.clock(),
        halt: (status: number) => host.halt(status),
        idle: () => host.idle(),
      },
    });
    this.cpudriver = cpudriver.exports as CpuDriverExports;
  }

  /**
   * Creates a new instance of init's code, ready to start. Its page tables define its memory; `kernel` handles its
   * exceptions. Misses in the TLB go to a part of the MMU that is instantiated beside it.
   */
  startProgram(kernel: WebAssembly.ModuleImports = this.cpudriver): ProgramExports {
    const env = { memory: this.memory.wasm };
    const mmu = new WebAssembly.Instance(this.images.mmuAccess, { ...this.probes, env, kernel }).exports;
    const hw = { timerTick: () => this.host.timerTick() };
    const imports = { ...this.host.programImports, ...this.probes, env, kernel, mmu, hw };
    const program = new WebAssembly.Instance(this.images.init, imports);
    return program.exports as ProgramExports;
  }

  /** The reason that the CPU driver gave for its panic; null if it did not panic. */
  panicReason(): string | null {
    const state = this.cpudriver.kernelState();
    if (this.memory.all.getUint32(state + KernelStateLayout.PANIC_FLAG, true) === 0) return null;
    return this.memory.text(state + KernelStateLayout.PANIC_REASON);
  }

  counter(name: CounterName): number {
    return Number(this.memory.all.getBigUint64(COUNTERS[name], true));
  }

  /** Sets the number of completed system calls at which `enterSystemCall` asks the host. */
  stopAt(systemCalls: number): void {
    this.memory.all.setBigUint64(Counter.SYSCALL_STOP, BigInt(systemCalls), true);
  }

  /** The first instruction of a program runs in user mode. */
  enterUserMode(): void {
    this.memory.all.setUint32(Register.MODE, ProcessorMode.USER, true);
  }

  register(register: Register): number {
    return this.memory.all.getUint32(register, true);
  }

  /** Values of the CPU driver's exported mutable globals, by name. */
  globals(): Map<string, number | bigint> {
    return new Map(mutableGlobals(this.cpudriver).map(([name, global]) => [name, global.value]));
  }

  setGlobals(values: ReadonlyMap<string, number | bigint>): void {
    for (const [name, global] of mutableGlobals(this.cpudriver)) global.value = values.get(name) ?? 0;
  }
}

function mutableGlobals(exports: WebAssembly.Exports): [string, WebAssembly.Global][] {
  return Object.entries(exports).filter(
    (entry): entry is [string, WebAssembly.Global] =>
      entry[1] instanceof WebAssembly.Global && entry[0].startsWith("mutable:"),
  );
}
