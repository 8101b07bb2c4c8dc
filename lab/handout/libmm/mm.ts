/**
 * libmm, the physical memory manager. This is step 1 of the assignment.
 *
 * A manager gets regions of physical memory by `mmAdd`. `mmAlloc` and `mmAllocAligned` hand out parts of them as
 * capabilities of their own, made by `capRetype` from the capability of the region. `mmFree` takes them back.
 *
 * All memory that you need for records comes from `mm.slabs`, or is declared once with `memory.data(bytes, alignment)`.
 * There is no heap: `new`, arrays, closures and the joining of strings are refused when the program is built.
 */
import {
  capref,
  errval_t,
  genpaddr_t,
  gensize_t,
  LIB_ERR_NOT_IMPLEMENTED,
  SLABS_SIZE,
  SlabRefillFunction,
  Slabs,
} from "../libaos";

/** Allocates `count` consecutive slots. `instance` is `mm.slotAllocInst`. -> Out.cap: the first slot */
export type SlotAllocFunction = (instance: usize, count: u32) => errval_t;
/** Makes sure that there are slots for the next allocations. It may allocate memory from the same manager. */
export type SlotRefillFunction = (instance: usize) => errval_t;

/** One piece of memory. Add the fields that you need. */
@unmanaged
export class MmNode {
  /** Physical address of the first byte. */
  base: genpaddr_t;
  bytes: gensize_t;
}

/** The record of a manager. Add the fields that you need. */
@unmanaged
export class Mm {
  /** The type of the capabilities that the manager hands out: `ObjType.RAM`. */
  objtype: u32;
  slotAlloc: SlotAllocFunction;
  slotRefill: SlotRefillFunction;
  slotAllocInst: usize;

  /** The allocator of your nodes. Its record follows the fields above. init calls `slabGrow` on it after `mmInit`. */
  get slabs(): Slabs {
    return changetype<Slabs>(changetype<usize>(this) + SLABS_OFFSET);
  }
}

/** `Slabs` follows the fields of `Mm`, at a multiple of 8. */
const SLABS_OFFSET: u32 = (<u32>offsetof<Mm>() + 7) & ~7;
/** Bytes of `Mm` and of the slabs in it. init reserves so much memory for each manager. */
export const MM_SIZE: u32 = SLABS_OFFSET + SLABS_SIZE;
/** Bytes of one node. init starts a manager with a buffer for 64 of them. */
export const MM_NODE_SIZE: u32 = <u32>offsetof<MmNode>();

/**
 * Sets up a manager without memory.
 *
 * @param mm the record to set up; its bytes may have any value
 * @param objtype the type of all capabilities of this manager
 * @param slabRefill the function that gives `mm.slabs` more memory; null stands for `slabDefaultRefill`
 * @param slotAlloc the function that allocates slots for this manager
 * @param slotRefill the function that makes sure that there are slots
 * @param slotAllocInst the first argument of both
 * @returns SYS_ERR_OK, or an error
 */
export function mmInit(
  _mm: Mm,
  _objtype: u32,
  _slabRefill: SlabRefillFunction | null,
  _slotAlloc: SlotAllocFunction,
  _slotRefill: SlotRefillFunction,
  _slotAllocInst: usize,
): errval_t {
  return LIB_ERR_NOT_IMPLEMENTED;
}

/**
 * Adds a region. The manager keeps the capability; its owner does not use it any more.
 *
 * @param cap the capability of the region
 * @param base physical address of its first byte, a multiple of the page size
 * @param size bytes, a multiple of the page size
 * @returns SYS_ERR_OK, or an error; then nothing has changed
 */
export function mmAdd(_mm: Mm, _cap: capref, _base: genpaddr_t, _size: gensize_t): errval_t {
  return LIB_ERR_NOT_IMPLEMENTED;
}

/**
 * Allocates memory at a multiple of an alignment.
 *
 * @param size bytes wanted, at least 1; rounded up to whole pages
 * @param alignment bytes, a power of two; anything below the page size means the page size
 * @returns SYS_ERR_OK and the capability in `Out.cap`; `MM_ERR_NOT_FOUND` if no free memory fits
 */
export function mmAllocAligned(_mm: Mm, _size: u64, _alignment: u64): errval_t {
  return LIB_ERR_NOT_IMPLEMENTED;
}

/** Allocates memory at a multiple of the page size. -> Out.cap */
export function mmAlloc(_mm: Mm, _size: u64): errval_t {
  return LIB_ERR_NOT_IMPLEMENTED;
}

/**
 * Takes memory back that `mmAlloc` handed out.
 *
 * @param cap a capability of this memory: the RAM capability, or what its holder made of it (a Frame). It is deleted,
 * and its slot is freed.
 * @param base physical address of the memory
 * @param size the size that was requested, or the size of the capability
 * @returns SYS_ERR_OK, or an error if no such memory is handed out; then nothing has changed
 */
export function mmFree(_mm: Mm, _cap: capref, _base: genpaddr_t, _size: gensize_t): errval_t {
  return LIB_ERR_NOT_IMPLEMENTED;
}

/** Ends a manager: deletes the capabilities of its regions and gives all nodes back to `mm.slabs`. */
export function mmDestroy(_mm: Mm): void {}
