/**
 * The part of the MMU that handles the accesses of a user program. The machine instantiates it beside the program.
 *
 * The linear addresses of a program are virtual addresses. The compiler (compile/accesses.ts) rewrites each load and
 * store, so that it looks for the address's translation in the TLB first. If the TLB has none that allows the access,
 * the program calls `loadMiss` or `storeMiss`.
 *
 * Every access must be aligned to its size. (ARM requires only four-byte alignment for eight bytes. Here these are one
 * access, and no access may cross a page.)
 */
import { FaultStatus } from "./fault-status";
import { dataAbort } from "./kernel";
import { Counter, Register, Tlb } from "./layout";
import { permissionFault } from "./permissions";
import { ProcessorMode } from "./processor-mode";
import { tlbFill, tlbHolds, tlbInfo, tlbSlot } from "./tlb";
import { isDram, memoryOffset, Walk, walk } from "./walk";

/** Returns when the TLB holds a translation for a load of `bytes` at `va`. Until then it raises data aborts. */
export function loadMiss(va: u32, bytes: u32): void {
  miss(va, bytes, false);
}

/** The same for a store. */
export function storeMiss(va: u32, bytes: u32): void {
  miss(va, bytes, true);
}

/** The part of an address that is compared with a tag: the page, and the bits that must be zero for alignment. */
function tagOf(va: u32, bytes: u32): u32 {
  return va & (0xfffff000 | (bytes - 1));
}

/**
 * Returns the offset in the linear memory, where DRAM is, for a load of `bytes` at `va`. Programs contain this code
 * inline; hosts call it to access memory as a program would.
 */
export function loadAddress(va: u32, bytes: u32): u32 {
  if (load<u32>(tlbSlot(va), Tlb.BASE + Tlb.READ_TAG) != tagOf(va, bytes)) loadMiss(va, bytes);
  return va + load<u32>(tlbSlot(va), Tlb.BASE + Tlb.ADDEND);
}

/** The same for a store. */
export function storeAddress(va: u32, bytes: u32): u32 {
  if (load<u32>(tlbSlot(va), Tlb.BASE + Tlb.WRITE_TAG) != tagOf(va, bytes)) storeMiss(va, bytes);
  return va + load<u32>(tlbSlot(va), Tlb.BASE + Tlb.ADDEND);
}

function miss(va: u32, bytes: u32, write: bool): void {
  for (let status = refill(va, bytes, write); status; status = refill(va, bytes, write)) {
    abort(va, write ? status | FaultStatus.WRITE : status);
  }
}

function abort(va: u32, status: u32): void {
  store<u32>(Register.DFSR, status);
  store<u32>(Register.DFAR, va);
  store<u64>(Counter.DATA_ABORTS, load<u64>(Counter.DATA_ABORTS) + 1);
  store<u32>(Register.MODE, ProcessorMode.ABORT);
  if (!dataAbort(va, status)) unreachable();
  store<u32>(Register.MODE, ProcessorMode.USER);
}

/**
 * Checks in the order of the manual: alignment, the walk, domain and permission, then whether DRAM is at the address.
 */
function refill(va: u32, bytes: u32, write: bool): u32 {
  if (va & (bytes - 1)) return FaultStatus.ALIGNMENT;
  // A cached translation with the wrong permission stays in use until it is flushed, even if the tables have changed.
  if (tlbHolds(va)) return permissionFault(tlbInfo(va), write, false);

  store<u64>(Counter.TLB_MISSES, load<u64>(Counter.TLB_MISSES) + 1);
  let status = walk(va);
  if (status) return status;
  const pa = Walk.pa;
  const info = Walk.info;
  status = permissionFault(info, write, false);
  if (status) return status;
  if (!isDram(pa, bytes)) return FaultStatus.SYNCHRONOUS_EXTERNAL_ABORT;
  tlbFill(va, memoryOffset(pa), info);
  return FaultStatus.NONE;
}
