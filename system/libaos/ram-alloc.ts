/**
 * The front end of RAM allocation. All code that needs RAM calls it, and the domain selects the allocator behind it.
 *
 * At first the allocator is `ramAllocFixed`, with the 256 one-page capabilities that the CPU driver put into the base
 * page CNode. Later init installs its memory manager. Sizes are in bytes. `ramAllocSet` installs both functions, and
 * `ramFree` calls the second.
 */
import { BASE_PAGE_COUNT } from "../kpi/cspace";
import {
  LIB_ERR_NOT_IMPLEMENTED,
  LIB_ERR_RAM_ALLOC,
  LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS,
  LIB_ERR_RAM_ALLOC_SET,
  LIB_ERR_RAM_ALLOC_WRONG_SIZE,
  MM_ERR_NOT_FOUND,
  SYS_ERR_OK,
} from "../kpi/errno";
import { errNo, errPush, errval_t } from "../kpi/errval";
import { BASE_PAGE_SIZE } from "../kpi/types";
import { capDestroy } from "./cap-destroy";
import { capref } from "./capref";
import { domain, ObjectAllocFunction, RamAllocFunction, RamFreeFunction } from "./domain";
import { faultDue } from "./faults";
import { FaultKind } from "./layout/fault-kind";
import { Out } from "./out";
import { cnodeBase } from "./well-known";

/** Starts without an allocator and with all base pages unused. */
export function ramAllocInit(): void {
  domain.ramAlloc = null;
  domain.ramFree = null;
  domain.objectAlloc = null;
  domain.basePageNext = 0;
  domain.libraryDepth = 0;
  domain.ramMinBase = 0;
  domain.ramMaxLimit = 0;
}

/**
 * Installs the functions that allocate and free RAM from now on. `alloc` null stands for an allocator in another domain
 * and is refused with `LIB_ERR_RAM_ALLOC_SET`.
 */
export function ramAllocSet(alloc: RamAllocFunction | null, free: RamFreeFunction | null = null): errval_t {
  if (alloc === null) return errPush(LIB_ERR_NOT_IMPLEMENTED, LIB_ERR_RAM_ALLOC_SET);
  domain.ramAlloc = alloc;
  domain.ramFree = free;
  domain.objectAlloc = null;
  return SYS_ERR_OK;
}

/**
 * Installs a function that allocates objects in one step, for an allocator that can do so. `ramAllocSet` removes it. The
 * memory of the objects is taken back by `ramFree`.
 */
export function objectAllocSet(alloc: ObjectAllocFunction): void {
  domain.objectAlloc = alloc;
}

/**
 * Allocates `bytes` bytes of RAM whose base is a multiple of `alignment`. The memory may hold old contents. After init
 * has started its memory manager, this calls `mmAllocAligned`; before, only single pages can be allocated. -> Out.cap
 *
 * @param bytes at least 1; the manager rounds up to whole pages
 * @param alignment bytes, a power of two; anything below the page size means the page size
 * @returns SYS_ERR_OK; `MM_ERR_NOT_FOUND` if no free memory fits; `LIB_ERR_RAM_ALLOC_WRONG_SIZE`; other errors of the
 * manager
 * @example
 * const err = ramAllocAligned(16384, 16384);
 * if (errIsFail(err)) return err;
 * const memoryOfCNode = Out.cap;
 */
export function ramAllocAligned(bytes: u64, alignment: u64): errval_t {
  const alloc = domain.ramAlloc;
  if (alloc === null) return LIB_ERR_NOT_IMPLEMENTED;
  if (faultDue(FaultKind.RAM)) return MM_ERR_NOT_FOUND;
  return alloc(bytes, alignment);
}

/**
 * Allocates `bytes` bytes of page-aligned RAM: `ramAllocAligned` with the page size. -> Out.cap
 *
 * @returns SYS_ERR_OK, or an error of `ramAllocAligned`
 * @example
 * const err = ramAlloc(2 * BASE_PAGE_SIZE);
 * if (errIsFail(err)) return err;
 * const memoryOfMine = Out.cap;
 */
export function ramAlloc(bytes: u64): errval_t {
  return ramAllocAligned(bytes, BASE_PAGE_SIZE);
}

/**
 * Returns the next page of the base page CNode. `bytes` must be one page, or else the error is
 * `LIB_ERR_RAM_ALLOC_WRONG_SIZE`. After 256 pages the error is `LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS`. -> Out.cap
 */
export function ramAllocFixed(bytes: u64, alignment: u64): errval_t {
  if (bytes != BASE_PAGE_SIZE || alignment > BASE_PAGE_SIZE) return LIB_ERR_RAM_ALLOC_WRONG_SIZE;
  if (domain.basePageNext >= BASE_PAGE_COUNT) return LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS;
  Out.cap = capref(cnodeBase, domain.basePageNext++);
  return SYS_ERR_OK;
}

/**
 * Takes RAM back, either as RAM or as an object made from all of it. The capability and its slot are then gone. init's
 * memory manager finds the memory by base and size, with `mmFree`.
 *
 * @returns SYS_ERR_OK, or an error of `capIdentify` or `mmFree`
 * @example
 * const err = ramAlloc(4096);
 * if (errIsFail(err)) return err;
 * return ramFree(Out.cap);
 */
export function ramFree(cap: capref): errval_t {
  const free = domain.ramFree;
  return free === null ? capDestroy(cap) : free(cap);
}

/**
 * Marks the allocations between begin and end as the library's own: page tables, CNodes and slabs. The library keeps
 * such memory for long, so the memory manager places it apart from the memory that clients allocate and free. Calls of
 * begin and end nest.
 */
export function ramAllocForLibraryBegin(): void {
  domain.libraryDepth++;
}

export function ramAllocForLibraryEnd(): void {
  domain.libraryDepth--;
}

/**
 * Is the present allocation for the library's own records, which live for long? A memory manager may use this to place
 * such memory together. It need not.
 *
 * @example
 * const fromTheTop = ramAllocIsForLibrary();
 * if (fromTheTop) debugPrintf("this piece will stay\n");
 */
export function ramAllocIsForLibrary(): bool {
  return domain.libraryDepth != 0;
}

/** Adds the code for a failed RAM allocation. On `LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS` a caller may retry with less. */
export function ramAllocErr(err: errval_t): errval_t {
  const code = u64(errNo(err));
  const smallerMayDo = code == MM_ERR_NOT_FOUND || code == LIB_ERR_RAM_ALLOC_WRONG_SIZE;
  return errPush(err, smallerMayDo ? LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS : LIB_ERR_RAM_ALLOC);
}

/** Bytes of RAM left. Not implemented. */
export function ramAvailable(): errval_t {
  return LIB_ERR_NOT_IMPLEMENTED;
}

/** Stores address limits for allocations. `ramGetAffinity` returns them; init's memory manager ignores them. */
export function ramSetAffinity(minBase: u64, maxLimit: u64): void {
  domain.ramMinBase = minBase;
  domain.ramMaxLimit = maxLimit;
}

/** Reads the limits. -> Out.base: lower limit, Out.bytes: upper limit */
export function ramGetAffinity(): void {
  Out.base = domain.ramMinBase;
  Out.bytes = domain.ramMaxLimit;
}
