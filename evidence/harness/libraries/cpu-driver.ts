/**
 * The libraries on the CPU driver: a program that boots as init, in memory that is mapped for it. The test calls its
 * functions; its system calls are real, save those that the test has refused.
 */

import { SystemCalls } from "../../../machines/calls/system-calls";
import type { SystemCall } from "../../../machines/hosted/direct/direct-machine";
import { SYS_ERR_RETYPE_CREATE } from "../../../system/kpi/errno";
import { INIT_ARGS_VBASE, INIT_BOOTINFO_VBASE } from "../../../system/kpi/init-space";
import { callNumber, invokeCommand, invokeLevel, SysCall } from "../../../system/kpi/system-calls";
import { createSystem, type System } from "../system";
import { buildLibraryProgram } from "./build";
import { changeOf, type Exports, type Kernel, type KernelAccounts } from "./kernel";

/** One machine for a file's tests: a boot is quick, a machine is not. */
let shared: Promise<System> | undefined;

const nothing = () => false;

export class CpuDriver implements Kernel {
  readonly lib: Exports;
  readonly argumentsAddress = INIT_ARGS_VBASE;
  readonly bootinfoAddress = INIT_BOOTINFO_VBASE;
  refuse: Kernel["refuse"] = nothing;

  /** A machine with the program. */
  static createSystem(): Promise<System> {
    return buildLibraryProgram().then(createSystem);
  }

  static async bootShared(environment: string): Promise<CpuDriver> {
    shared ??= CpuDriver.createSystem();
    return new CpuDriver(await shared, environment);
  }

  /** Throws if something is broken in the memory of the machine that `bootShared` booted last. */
  static async auditShared(): Promise<void> {
    const system = await shared;
    system?.finish();
  }

  /** Boots. Whoever stood on the machine before loses it. `environment`: `NAME=value` words. */
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

  /** Physical addresses of the entries of page tables that are in use. */
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
