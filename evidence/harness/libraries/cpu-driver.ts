/**
 * The libraries on the CPU driver. A program boots as init, in memory that is mapped for it, and the test calls its
 * functions. The system calls are real, except those that the test wants to be refused.
 */

import { SystemCalls } from "../../../machines/calls/system-calls";
import type { SystemCall } from "../../../machines/hosted/direct/direct-machine";
import { SYS_ERR_RETYPE_CREATE } from "../../../system/kpi/errno";
import { INIT_ARGS_VBASE, INIT_BOOTINFO_VBASE } from "../../../system/kpi/init-space";
import { callNumber, invokeCommand, invokeLevel, SysCall } from "../../../system/kpi/system-calls";
import { createSystem, type System } from "../system";
import { buildLibraryProgram } from "./build";
import { changeOf, type Exports, type Kernel, type KernelAccounts } from "./kernel";

/** All tests of a file share one machine, because a boot is fast but creating a machine is slow. */
let shared: Promise<System> | undefined;

const nothing = () => false;

export class CpuDriver implements Kernel {
  readonly lib: Exports;
  readonly argumentsAddress = INIT_ARGS_VBASE;
  readonly bootinfoAddress = INIT_BOOTINFO_VBASE;
  refuse: Kernel["refuse"] = nothing;

  /** Creates a machine with the program. */
  static createSystem(): Promise<System> {
    return buildLibraryProgram().then(createSystem);
  }

  static async bootShared(environment: string): Promise<CpuDriver> {
    shared ??= CpuDriver.createSystem();
    return new CpuDriver(await shared, environment);
  }

  /** Audits the machine that `bootShared` booted last. Throws if something is broken in its memory. */
  static async auditShared(): Promise<void> {
    const system = await shared;
    system?.finish();
  }

  /**
   * Boots the machine. Any earlier instance on the same machine becomes unusable. `environment`: `NAME=value` words.
   */
  constructor(
    readonly system: System,
    environment = "",
  ) {
    system.boot({ environment });
    this.lib = system.machine.startProgram((pass) => this.systemCall(pass)) as Exports;
  }

  load(va: number): number {
    return this.system.user.load(va);
  }

  store(va: number, value: number): void {
    this.system.user.store(va, value);
  }

  accounts(): KernelAccounts {
    return {
      ...this.system.accounts(),
      entries: this.entries().size,
      droppedBytes: this.system.droppedMemory(),
    };
  }

  /** Physical addresses of the page-table entries in use. */
  entries(): Set<number> {
    const { memory } = this.system;
    return new Set(memory.slots().flatMap((slot) => memory.validEntries(slot)));
  }

  audit(): string[] {
    return this.system.audit();
  }

  private systemCall(pass: SystemCall): SystemCall {
    return (...words) =>
      this.isRefused(words[0] as number, words[1] as number) ? BigInt(SYS_ERR_RETYPE_CREATE) : pass(...words);
  }

  private isRefused(word: number, address: number): boolean {
    if (this.refuse === nothing || callNumber(word) !== SysCall.INVOKE) return false;
    const invoked = { address: address >>> 0, level: invokeLevel(word) };
    const { identity } = new SystemCalls(this.system.machine).identify(invoked);
    const change = identity && changeOf(identity.type, invokeCommand(word));
    return change !== null && this.refuse(change);
  }
}
