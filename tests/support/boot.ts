/**
 * Boots from memory that a test has damaged. The CPU driver must boot or stop with a reason, whatever the loader wrote.
 *
 *     const outcome = boot({ memoryMap, modules, spoil: (image) => image.setWord(Multiboot.MAP_ENTRIES, 1000) });
 *     outcome   // { kind: "booted" }, or { kind: "panic", message: "the CPU driver panicked: ..." }
 */

import { board, builtSystem, memoryMap } from "../../evidence/harness/system";
import { type BootModule, loadModules, type MapRegion } from "../../machines/boot-loader";
import { Core } from "../../machines/hosted/core";
import { idleProgram } from "../../machines/hosted/direct/idle-program";
import { cpuDriverTrapMessage, isTrap } from "../../machines/hosted/faults";
import { PhysicalMemory } from "../../machines/hosted/physical-memory";
import type { BootResult, RunResult } from "../../machines/results";
import { Multiboot } from "../../system/kpi/multiboot";

const NO_PROGRAM = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** The memory as the loader left it. */
export class BootImage {
  constructor(
    readonly memory: PhysicalMemory,
    /** Physical address of the multiboot block. */
    public block: number,
    /** First address after the CPU driver's image. */
    readonly kernelEnd: number,
  ) {}

  /** A word of the block. */
  word(offset: number): number {
    return this.memory.dram.getUint32(this.memory.offset(this.block + offset, 4), true);
  }

  setWord(offset: number, value: number): void {
    this.memory.dram.setUint32(this.memory.offset(this.block + offset, 4), value, true);
  }

  /** Field of entry `index` of the list of modules. */
  setModule(index: number, field: number, value: number): void {
    const list = this.word(Multiboot.MODULES) - this.block;
    this.setWord(list + index * Multiboot.MODULE_ENTRY_SIZE + field, value);
  }

  module(index: number, field: number): number {
    return this.word(this.word(Multiboot.MODULES) - this.block + index * Multiboot.MODULE_ENTRY_SIZE + field);
  }

  /** A byte anywhere in DRAM. */
  setByte(pa: number, value: number): void {
    this.memory.dram.setUint8(this.memory.offset(pa, 1), value);
  }
}

export interface BootOptions {
  memoryMap?: readonly MapRegion[];
  modules?: readonly BootModule[];
  commandLine?: string;
  spoil?: (image: BootImage) => void;
}

class Ended {
  constructor(readonly result: RunResult) {}
}

export const plainInit: BootModule = { string: "init", elf: idleProgram(4096) };

/** Returns a function that boots again and again in the same memory, which is cleared each time. */
export function createBooter(): (options?: BootOptions) => BootResult {
  const images = { ...builtSystem(), init: new WebAssembly.Module(NO_PROGRAM) };
  const memory = new PhysicalMemory(board.dram);
  return ({ memoryMap: map = memoryMap, modules = [plainInit], commandLine = board.commandLine, spoil } = {}) => {
    memory.clear(board.dram.base, board.dram.bytes);
    const end = (result: RunResult): never => {
      throw new Ended(result);
    };
    const core: Core = new Core(
      images,
      board.dram,
      {
        consoleWrite: () => {},
        consoleRead: () => -1,
        halt: (status) => end(panicOf(core) ?? { kind: "exit", status }),
        idle: () => end({ kind: "idle" }),
        systemCallLimit: () => {},
        timerTick: () => {},
        clock: () => 0n,
      },
      memory,
    );
    const start = board.dram.base + core.cpudriver.heapBase();
    const image = new BootImage(memory, loadModules(memory, board, modules, commandLine, start, map).block, start);
    spoil?.(image);
    try {
      return { kind: "booted", entry: core.cpudriver.boot(image.block) >>> 0 };
    } catch (error) {
      if (error instanceof Ended) return error.result;
      if (isTrap(error)) return { kind: "panic", message: cpuDriverTrapMessage(error) };
      throw error;
    }
  };
}

function panicOf(core: Core): RunResult | null {
  const reason = core.panicReason();
  return reason === null ? null : { kind: "panic", message: `the CPU driver panicked: ${reason}` };
}
