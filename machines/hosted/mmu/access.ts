/**
 * The part of the MMU that stands in each access of a user program. The build rewrites every load and store of a
 * program to ask these functions for the place to go to (`wasm-opt --instrument-memory` chose the names and the
 * parameters), merges them into the program's module, and has the first lines of `load_ptr` and `store_ptr` inlined.
 *
 * Linear addresses of a program are virtual addresses. What comes back is an offset in the linear memory: DRAM.
 *
 * All accesses must be aligned to their size. (ARM wants eight bytes aligned to four only; here they are one access,
 * and none may cross a page.)
 */
import { FaultStatus } from "./fault-status";
import { dataAbort } from "./kernel";
import { Counter, Register, Tlb } from "./layout";
import { permissionFault } from "./permissions";
import { tlbFill, tlbHolds, tlbInfo, tlbSlot } from "./tlb";
import { isDram, memoryOffset, Walk, walk } from "./walk";

/** The part of an address that a tag is compared with: the page, and the bits that alignment wants zero. */
function tagOf(va: u32, bytes: u32): u32 {
  return va & (0xfffff000 | (bytes - 1));
}

/**
 * Where is the memory of a load of `bytes` at `va`? (`id` numbers the access, `offset` is the instruction's own and
 * always zero: the build adds it to the address, which wraps at 4 GiB as the hardware's does.)
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

/** Returns when the TLB holds a translation of `va` that allows the access; aborts as often as it takes. */
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

/** The checks in the manual's order: alignment, the walk, domain and permission, what is behind the address. */
function refill(va: u32, bytes: u32, write: bool): u32 {
  if (va & (bytes - 1)) return FaultStatus.ALIGNMENT;
  // A translation with the wrong permission stays wrong until it is flushed, whatever the tables say by now.
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

/** The instrumentation also offers the values to look at; nobody wants to. */
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
 * A program cannot change the size of the machine's memory: whatever it asks for becomes more than there can be, and
 * the answer is -1. (Growing by nothing is no way out, it makes the host's views of the memory invalid.)
 */
export function memory_grow_pre(_id: u32, _pages: u32): u32 {
  return 0xffff;
}

export function memory_grow_post(_id: u32, result: u32): u32 {
  return result;
}
