/** Starts the libraries as init does, and offers what a test needs to observe them. */
import { errorNames } from "../../../machines/calls/answer";
import { CpuDriver } from "./cpu-driver";
import type { Exports, Kernel, KernelAccounts, Value } from "./kernel";

export const MIB = 0x100000;
export const PAGE = 4096;

/** A record that a test makes is full of this word at first, because no function may rely on zeroed memory. */
const UNUSED = 0xa5a5a5a5;

/** The state of all accounts, to compare before and after. */
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

export class Library<K extends Kernel = Kernel> {
  private usedRoom = 0;

  /**
   * Starts the libraries on the CPU driver and ends the library that was started before. `environment`: `NAME=value`
   * words.
   */
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

  /** Calls a function that returns an error, and returns the names of its codes, the outermost first. */
  try(name: string, ...args: Value[]): string {
    return errorNames(this.lib[name]!(...args) as bigint).join(" < ");
  }

  /** The same for a function that must not fail. */
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

  /** Calls a function that must not fail, and returns the capability that it made. */
  cap(name: string, ...args: Value[]): bigint {
    this.ok(name, ...args);
    return this.big("outCap");
  }

  /** Makes the memory of all records available again. */
  forget(): void {
    this.usedRoom = 0;
  }

  /** Allocates memory for a record and fills it with `word`. */
  room(bytes: number, word = UNUSED): number {
    const at = this.get("roomBase") + this.usedRoom;
    this.usedRoom += (bytes + 15) & ~15;
    if (this.usedRoom > this.get("roomBytes")) throw new Error("no room for more records");
    for (let offset = 0; offset < bytes; offset += 4) this.kernel.store(at + offset, word);
    return at;
  }

  /** Base and size of a capability's memory. */
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

  /** Checks all invariants of the memory manager and the address space. Throws if one does not hold. */
  check(): void {
    const mm = this.get("mmCheckInvariants", this.get("initMm"));
    if (mm !== 0) throw new Error(`invariant ${mm} of system/libmm/invariants.ts does not hold`);
    const paging = this.get("checkPaging");
    if (paging !== 0) throw new Error(`invariant ${paging} of system/libaos/paging/invariants.ts does not hold`);
  }

  /** The same, and also throws if the kernel's audit finds a violation. */
  checkAll(): void {
    this.check();
    const broken = this.kernel.audit();
    if (broken.length > 0) throw new Error(broken.join("\n"));
  }
}
