/**
 * The front end of RAM allocation: whoever needs RAM asks here, and the domain decides who answers.
 *
 * At first that is `ramAllocFixed`: the 256 one-page capabilities that the CPU driver put into the base page CNode.
 * Later init installs its memory manager. Sizes are in bytes. Whoever allocates can also give back: `ramFree` is the
 * other half of what `ramAllocSet` installs.
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
import { domain, RamAllocFunction, RamFreeFunction } from "./domain";
import { faultDue } from "./faults";
import { FaultKind } from "./layout/fault-kind";
import { Out } from "./out";
import { cnodeBase } from "./well-known";

/** Nobody to ask, no base page used. */
export function ramAllocInit(): void {
  domain.ramAlloc = null;
  domain.ramFree = null;
  domain.basePageNext = 0;
  domain.libraryDepth = 0;
  domain.ramMinBase = 0;
  domain.ramMaxLimit = 0;
}

/** Installs who answers from now on. `alloc` null would mean another domain: `LIB_ERR_RAM_ALLOC_SET`. */
export function ramAllocSet(alloc: RamAllocFunction | null, free: RamFreeFunction | null = null): errval_t {
  if (alloc === null) return errPush(LIB_ERR_NOT_IMPLEMENTED, LIB_ERR_RAM_ALLOC_SET);
  domain.ramAlloc = alloc;
  domain.ramFree = free;
  return SYS_ERR_OK;
}

/** RAM of `bytes` bytes, whose base is a multiple of `alignment`. -> Out.cap */
export function ramAllocAligned(bytes: u64, alignment: u64): errval_t {
  const alloc = domain.ramAlloc;
  if (alloc === null) return LIB_ERR_NOT_IMPLEMENTED;
  if (faultDue(FaultKind.RAM)) return MM_ERR_NOT_FOUND;
  return alloc(bytes, alignment);
}

/** RAM of `bytes` bytes, page-aligned. -> Out.cap */
export function ramAlloc(bytes: u64): errval_t {
  return ramAllocAligned(bytes, BASE_PAGE_SIZE);
}

/** The next page of the base page CNode. Only for one page, and 256 times: else `LIB_ERR_RAM_ALLOC_WRONG_SIZE`. */
export function ramAllocFixed(bytes: u64, alignment: u64): errval_t {
  if (bytes != BASE_PAGE_SIZE || alignment > BASE_PAGE_SIZE) return LIB_ERR_RAM_ALLOC_WRONG_SIZE;
  if (domain.basePageNext >= BASE_PAGE_COUNT) return LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS;
  Out.cap = capref(cnodeBase, domain.basePageNext++);
  return SYS_ERR_OK;
}

/** Takes RAM back, as RAM or as what was made of all of it; the capability and its slot are gone afterwards. */
export function ramFree(cap: capref): errval_t {
  const free = domain.ramFree;
  return free === null ? capDestroy(cap) : free(cap);
}

/**
 * Marks what is allocated between begin and end as the library's own: page tables, CNodes, slabs. Such memory is kept
 * for long, so the memory manager places it apart from what clients allocate and free. Begin and end nest.
 */
export function ramAllocForLibraryBegin(): void {
  domain.libraryDepth++;
}

export function ramAllocForLibraryEnd(): void {
  domain.libraryDepth--;
}

/** Which code says that RAM could not be had: a caller may retry with less on `LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS`. */
export function ramAllocErr(err: errval_t): errval_t {
  const code = u64(errNo(err));
  const smallerMayDo = code == MM_ERR_NOT_FOUND || code == LIB_ERR_RAM_ALLOC_WRONG_SIZE;
  return errPush(err, smallerMayDo ? LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS : LIB_ERR_RAM_ALLOC);
}

/** RAM left; nobody can tell yet. */
export function ramAvailable(): errval_t {
  return LIB_ERR_NOT_IMPLEMENTED;
}

/** Limits for allocations, kept for whoever asks; init's memory manager does not. */
export function ramSetAffinity(minBase: u64, maxLimit: u64): void {
  domain.ramMinBase = minBase;
  domain.ramMaxLimit = maxLimit;
}

/** -> Out.base: lower limit, Out.bytes: upper limit */
export function ramGetAffinity(): void {
  Out.base = domain.ramMinBase;
  Out.bytes = domain.ramMaxLimit;
}
