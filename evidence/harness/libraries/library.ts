/** The libraries, started as init starts them, with what a test needs to look at them. */
import { errName } from "../../../machines/calls/answer";
import { CpuDriver } from "./cpu-driver";
import type { Exports, Kernel, KernelAccounts, Value } from "./kernel";

export const MIB = 0x100000;
export const PAGE = 4096;

/** What must be the same before and after. */
export interface Accounts extends KernelAccounts {
  freeBytes: bigint;
  mmPieces: number;
  slots: number;
  mmSlots: number;
  rootSlots: number;
  slotBlocks: number;
  pagingBlocks: number;
  mappedPages: number;
  freeAddressPages: number;
}

/** The names of an error's codes, the outermost first. */
function errorNames(err: bigint): string {
  const names: string[] = [];
  do {
    names.push(errName(Number(err & 0x3ffn)));
    err >>= 10n;
  } while (err !== 0n);
  return names.join(" < ");
}

export class Library<K extends Kernel = Kernel> {
  private usedRoom = 0;

  /** On the CPU driver. It ends the library that was started before. `environment`: `NAME=value` words. */
  static async start(environment = ""): Promise<Library<CpuDriver>> {
    return Library.startOn(await CpuDriver.bootShared(environment));
  }

  static startOn<K extends Kernel>(kernel: K): Library<K> {
    const library = new Library(kernel);
    library.ok("start", kernel.argumentsAddress, kernel.bootinfoAddress);
    return library;
  }

  private constructor(readonly kernel: K) {}

  get lib(): Exports {
    return this.kernel.lib;
  }

  /** Calls a function that answers with an error: the names of its codes, the outermost first. */
  try(name: string, ...args: Value[]): string {
    return errorNames(BigInt.asUintN(64, this.lib[name]!(...args) as bigint));
  }

  /** The same for one that must not fail. */
  ok(name: string, ...args: Value[]): void {
    const answer = this.try(name, ...args);
    if (answer !== "SYS_ERR_OK") throw new Error(`${name}: ${answer}`);
  }

  get(name: string, ...args: Value[]): number {
    return Number(this.lib[name]!(...args));
  }

  big(name: string, ...args: Value[]): bigint {
    return BigInt.asUintN(64, BigInt(this.lib[name]!(...args)));
  }

  /** Calls a function that must not fail and leaves a capability. */
  cap(name: string, ...args: Value[]): bigint {
    this.ok(name, ...args);
    return this.big("outCap");
  }

  /** Reuses the memory of all records that were made so far. */
  forget(): void {
    this.usedRoom = 0;
  }

  /** Memory for a record. */
  room(bytes: number): number {
    const at = this.usedRoom;
    this.usedRoom += (bytes + 15) & ~15;
    if (this.usedRoom > this.get("roomBytes")) throw new Error("no room for more records");
    return this.get("roomBase") + at;
  }

  /** Where a capability's memory is. */
  range(cap: bigint): { base: number; bytes: number } {
    this.ok("capIdentify", cap);
    return { base: this.get("outBase"), bytes: this.get("outBytes") };
  }

  accounts(): Accounts {
    const mm = this.get("initMm");
    return {
      ...this.kernel.accounts(),
      freeBytes: this.big("mmFreeBytes", mm),
      mmPieces: this.get("mmAllocatedNodes", mm),
      slots: this.get("usedDefaultSlots"),
      mmSlots: this.get("usedMmSlots"),
      rootSlots: this.get("usedRootSlots"),
      slotBlocks: this.get("usedSlotBlocks"),
      pagingBlocks: this.get("usedPagingBlocks"),
      mappedPages: this.get("mappedPages"),
      freeAddressPages: this.get("freeAddressPages"),
    };
  }

  /** All invariants of memory manager and address space. */
  check(): void {
    const mm = this.get("mmCheckInvariants", this.get("initMm"));
    if (mm !== 0) throw new Error(`invariant ${mm} of system/libmm/invariants.ts does not hold`);
    const paging = this.get("checkPaging");
    if (paging !== 0) throw new Error(`invariant ${paging} of system/libaos/paging/invariants.ts does not hold`);
  }

  /** The same, and what the kernel finds broken. */
  checkAll(): void {
    this.check();
    const broken = this.kernel.audit();
    if (broken.length > 0) throw new Error(broken.join("\n"));
  }
}
