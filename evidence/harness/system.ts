/**
 * A booted system in which the test replaces the program: it makes init's system calls and init's memory accesses.
 *
 *     const system = await useSystem();                                        // use-system.ts
 *     it("is refused into a slot that is taken", () => {
 *       system.do.copy(RAM, slot(0));                                          // must succeed
 *       expect(system.attempt.copy(RAM, slot(0))).toBe("SYS_ERR_SLOT_IN_USE"); // must leave everything as it was
 *     });
 *
 * After each call the CPU driver checks its own invariants. After each test the memory is audited from outside.
 */
import { type Board, withMemory } from "../../machines/boards/board";
import { pandaboardEs } from "../../machines/boards/pandaboard-es";
import type { MapRegion } from "../../machines/boot-loader";
import type { Answer } from "../../machines/calls/answer";
import { RunEnded } from "../../machines/calls/call-machine";
import { debugWords } from "../../machines/calls/call-words";
import { type Identity, SystemCalls } from "../../machines/calls/system-calls";
import {
  type DirectBootOptions,
  type DirectImages,
  DirectMachine,
  type DirectProgram,
} from "../../machines/hosted/direct/direct-machine";
import { loadSystemImages } from "../../machines/hosted/node/load-images";
import type { RunResult } from "../../machines/results";
import { CteLayout } from "../../system/cpudriver/layout/cte-layout";
import { CapLevel } from "../../system/kpi/cspace";
import { MultibootMapType } from "../../system/kpi/multiboot";
import { DebugCall } from "../../system/kpi/system-calls";
import { audit } from "./audit";
import { Calls } from "./calls";
import { changes, fingerprint, KernelMemory } from "./slots";
import { UserAccess } from "./user-access";
import { MIB } from "./well-known";

export const board: Board = withMemory(pandaboardEs, 64 * MIB);

/** 56 MiB of RAM, then 8 MiB of reserved memory, and a range of reserved addresses without memory. */
export const memoryMap: readonly MapRegion[] = [
  { ...board.devices, type: MultibootMapType.DEVICE },
  { base: board.dram.base, bytes: 56 * MIB, type: MultibootMapType.RAM },
  { base: board.dram.base + 56 * MIB, bytes: 8 * MIB, type: MultibootMapType.RESERVED },
  { base: 0xc0000000, bytes: 16 * MIB, type: 2 },
];

/** The state of the accounts, to compare before and after. */
export interface Accounts {
  capabilities: number;
  mappings: number;
}

export class System {
  /** Makes calls that must succeed, and returns the call's value. */
  readonly do = new Calls((words) => this.mustSucceed(words));
  /**
   * Makes calls that may fail, and returns the names of the error's codes, the outermost first. A failed call must
   * change nothing.
   */
  readonly attempt = new Calls((words) => this.mayFail(words));
  /** Makes calls that must end the run, and returns how it ended. */
  readonly ending = new Calls((words) => this.mustEnd(words));
  readonly memory: KernelMemory;
  /** init's accesses to its memory through the TLB. */
  readonly user: UserAccess;
  /** Whether the CPU driver checks all its invariants after each call. */
  checkEachCall = true;
  /** Everything that the system printed since it booted. */
  console = "";
  private readonly calls: SystemCalls;
  private startUpMappings = 0;
  private isRunning = false;

  constructor(
    readonly machine: DirectMachine,
    access: WebAssembly.Module,
  ) {
    this.memory = new KernelMemory(machine);
    this.user = new UserAccess(machine.memory, access);
    this.calls = new SystemCalls(machine);
  }

  boot(options: DirectBootOptions = {}): void {
    this.isRunning = false;
    this.console = "";
    this.machine.boot({ memoryMap, ...options });
    this.isRunning = true;
    this.checkEachCall = true;
    this.startUpMappings = this.calls.countMappings();
  }

  /** Identifies a capability. Throws if the slot is empty. */
  identity(address: number): Identity {
    const { identity } = this.calls.identify({ address });
    if (!identity) throw new Error(`there is no capability at 0x${address.toString(16)}`);
    return identity;
  }

  isEmpty(address: number): boolean {
    return this.calls.identify({ address }).identity === null;
  }

  accounts(): Accounts {
    return { capabilities: this.calls.countCapabilities(), mappings: this.calls.countMappings() };
  }

  /** Number of live mappings in addition to those from start-up. */
  newMappings(): number {
    return this.calls.countMappings() - this.startUpMappings;
  }

  droppedMemory(): number {
    return this.machine.call(debugWords(DebugCall.DROPPED_MEMORY)).value;
  }

  /** Bytes from the start of a region to the first address in it that is a multiple of `alignment`. */
  offsetOfAligned(address: number, alignment: number): number {
    const { base } = this.identity(address);
    return (alignment - (base % alignment)) % alignment;
  }

  /** Physical address of the slot at a capability address, for tests that manipulate the CPU driver's data. */
  slotMemory(address: number): number {
    const root = this.identityOfRoot();
    const cnode = this.memory.slotAt(root.base + (address >>> 8) * CteLayout.SIZE);
    return cnode.base + (address & 0xff) * CteLayout.SIZE;
  }

  /** Returns one message for each violation. */
  audit(): string[] {
    const broken = audit(this.memory);
    return this.calls.invariantsHold() ? broken : ["an invariant of the mapping database", ...broken];
  }

  /** Must be called after each test. */
  finish(): void {
    const broken = this.isRunning ? this.audit() : [];
    if (broken.length > 0) throw new Error(broken.join("\n"));
  }

  private identityOfRoot(): Identity {
    const { identity } = this.calls.identify({ address: 0, level: CapLevel.ROOT });
    if (!identity) throw new Error("the program has no root CNode");
    return identity;
  }

  private perform(words: number[]): Answer {
    try {
      const answer = this.machine.call(words);
      if (this.checkEachCall && !this.calls.invariantsHold()) {
        throw new Error(`an invariant is broken after ${describeCall(words)}: ${answer.names.join(" < ")}`);
      }
      return answer;
    } catch (error) {
      if (error instanceof RunEnded) this.isRunning = false;
      throw error;
    }
  }

  private mustSucceed(words: number[]): number {
    const answer = this.perform(words);
    if (!answer.ok) throw new Error(`${describeCall(words)}: ${answer.names.join(" < ")}`);
    return answer.value;
  }

  private mayFail(words: number[]): string {
    const before = fingerprint(this.memory);
    const answer = this.perform(words);
    const changed = answer.ok ? [] : changes(before, fingerprint(this.memory));
    if (changed.length > 0) throw new Error(`${describeCall(words)} failed, yet changed: ${changed.join(", ")}`);
    return answer.names.join(" < ");
  }

  private mustEnd(words: number[]): RunResult {
    try {
      this.perform(words);
    } catch (error) {
      if (error instanceof RunEnded) return error.result;
      throw error;
    }
    throw new Error(`${describeCall(words)} returned`);
  }
}

function describeCall(words: number[]): string {
  return `the call ${words.map((word) => `0x${(word >>> 0).toString(16)}`).join(" ")}`;
}

/** Loads the modules of the system from dist/, as `npm run build` left them. */
export function builtSystem(): Record<keyof DirectImages, WebAssembly.Module> {
  const { mmu, mmuAccess, cpudriver } = loadSystemImages();
  const module = (image: BufferSource | WebAssembly.Module) =>
    image instanceof WebAssembly.Module ? image : new WebAssembly.Module(image);
  return {
    mmu: module(mmu),
    mmuAccess: module(mmuAccess),
    cpudriver: module(cpudriver),
  };
}

/** Creates a system. With a program, the test can also call the program's functions. */
export async function createSystem(program?: DirectProgram): Promise<System> {
  const images = builtSystem();
  const onConsole = (chunk: string) => {
    system.console += chunk;
  };
  const machine = DirectMachine.create({ board, images, program, onConsole });
  const system: System = new System(machine, images.mmuAccess);
  return system;
}
