/**
 * The part of the MMU that handles each access of a user program. The build rewrites every load and store of a program
 * so that it asks these functions for the offset to access (`wasm-opt --instrument-memory` defines the names and the
 * parameters). It merges them into the program's module and inlines the first lines of `load_ptr` and `store_ptr`.
 *
 * The linear addresses of a program are virtual addresses. The functions return an offset in the linear memory, where
 * DRAM is.
 *
 * Every access must be aligned to its size. (ARM requires only four-byte alignment for eight bytes. Here these are one
 * access, and no access may cross a page.)
 */
import { FaultStatus } from "./fault-status";
import { dataAbort } from "./kernel";
import { Counter, Register, Tlb } from "./layout";
import { permissionFault } from "./permissions";
import { tlbFill, tlbHolds, tlbInfo, tlbSlot } from "./tlb";
import { isDram, memoryOffset, Walk, walk } from "./walk";

/** The part of an address that is compared with a tag: the page, and the bits that must be zero for alignment. */
function tagOf(va: u32, bytes: u32): u32 {
  return va & (0xfffff000 | (bytes - 1));
}

/**
 * Returns the offset of the memory for a load of `bytes` at `va`. (`id` numbers the access. `offset` is the
 * instruction's own offset and always zero: the build adds it to the address, which wraps at 4 GiB as on the hardware.)
 */
export function load_ptr(_id: u32, bytes: u32, _offset: u32, va: u32): u32 {
  if (load<u32>(tlbSlot(va), Tlb.BASE + Tlb.READ_TAG) != tagOf(va, bytes)) miss(va, bytes, false);
  return va + load<u32>(tlbSlot(va), Tlb.BASE + Tlb.ADDEND);
}

/** The same for a store. */
export function store_ptr(_id: u32, bytes: u32, _offset: u32, va: u32): u32 {
  if (load<u32>(tlbSlot(va), Tlb.BASE + Tlb.WRITE_TAG) != tagOf(va, bytes)) miss(va, bytes, true);
  return va + load<u32>(tlbSlot(va), Tlb.BASE + Tlb.ADDEND);
}

/** Returns when the TLB holds a translation of `va` that allows the access. Until then it raises data aborts. */
function miss(va: u32, bytes: u32, write: bool): void {
  for (let status = refill(va, bytes, write); status; status = refill(va, bytes, write)) {
    abort(va, write ? status | FaultStatus.WRITE : status);
  }
}

function abort(va: u32, status: u32): void {
  store<u32>(Register.DFSR, status);
  store<u32>(Register.DFAR, va);
  store<u64>(Counter.DATA_ABORTS, load<u64>(Counter.DATA_ABORTS) + 1);
  if (!dataAbort(va, status)) unreachable();
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

/** The instrumentation also passes each loaded or stored value through a function. Nothing uses these. */
export function load_val_i32(_id: u32, value: i32): i32 {
  return value;
}

export function load_val_i64(_id: u32, value: i64): i64 {
  return value;
}

export function load_val_f32(_id: u32, value: f32): f32 {
  return value;
}

export function load_val_f64(_id: u32, value: f64): f64 {
  return value;
}

export function store_val_i32(_id: u32, value: i32): i32 {
  return value;
}

export function store_val_i64(_id: u32, value: i64): i64 {
  return value;
}

export function store_val_f32(_id: u32, value: f32): f32 {
  return value;
}

export function store_val_f64(_id: u32, value: f64): f64 {
  return value;
}

/**
 * A program cannot change the size of the machine's memory. Any request becomes larger than the maximum, so the answer
 * is -1. (Growing by zero pages does not work either: it makes the host's views of the memory invalid.)
 */
export function memory_grow_pre(_id: u32, _pages: u32): u32 {
  return 0xffff;
}

export function memory_grow_post(_id: u32, result: u32): u32 {
  return result;
}
