/**
 * The part of libaos that a program needs to manage memory: the interface for the lab's learners. The other files of
 * this folder are the library's own.
 *
 * Most functions return an `errval_t`. If it is no failure, the results are in `Out`; each function names the fields
 * that it sets.
 */

// Errors

export {
  LIB_ERR_CAP_COPY,
  LIB_ERR_CAP_DELETE,
  LIB_ERR_CAP_RETYPE,
  LIB_ERR_FRAME_ALLOC,
  LIB_ERR_NOT_IMPLEMENTED,
  LIB_ERR_PMAP_ADDR_NOT_FREE,
  LIB_ERR_PMAP_FRAME_SIZE,
  LIB_ERR_PMAP_NOT_MAPPED,
  LIB_ERR_RAM_ALLOC_WRONG_SIZE,
  LIB_ERR_SLAB_ALLOC_FAIL,
  LIB_ERR_SLAB_REFILL,
  LIB_ERR_SLOT_ALLOC,
  LIB_ERR_VNODE_MAP,
  LIB_ERR_VREGION_BAD_ALIGNMENT,
  LIB_ERR_VSPACE_MAP,
  MM_ERR_ALREADY_PRESENT,
  MM_ERR_CHUNK_SLOT_ALLOC,
  MM_ERR_MM_ADD,
  MM_ERR_MM_FREE,
  MM_ERR_MM_INIT,
  MM_ERR_NEW_NODE,
  MM_ERR_NOT_FOUND,
  MM_ERR_OUT_OF_BOUNDS,
  SYS_ERR_OK,
} from "../kpi/errno";
export { errIsFail, errNo, errPop, errPush, errval_t } from "../kpi/errval";

// Types and constants

export { ObjType } from "../kpi/object-types";
export {
  ARM_L2_ENTRIES,
  BASE_PAGE_BITS,
  BASE_PAGE_MASK,
  BASE_PAGE_SIZE,
  BYTES_PER_SECTION,
  genpaddr_t,
  gensize_t,
  lvaddr_t,
  VRegionFlags,
} from "../kpi/types";
export { Out } from "./out";

// Capabilities

export { capDestroy } from "./cap-destroy";
export { capCopy, capDelete, capIdentify, capRetype, capRevoke } from "./capabilities";
export { capref, isNullCap, NULL_CAP } from "./capref";

// Slots

export { slotAlloc } from "./slot/default";
export { slotFree } from "./slot/root";

// Slabs

export { SLABS_SIZE, SlabRefillFunction, Slabs, slabAlloc, slabFree, slabFreecount, slabGrow, slabInit } from "./slab";
export { slabDefaultRefill } from "./slab-default";

// RAM and Frames

export { frameAlloc, frameFree, frameIdentify } from "./frame";
export { ramAlloc, ramAllocAligned, ramAllocIsForLibrary, ramFree } from "./ram-alloc";

// Page tables and the address space

export { getCurrentPagingState } from "./paging/init";
export { arml2Alloc } from "./paging/l2-table";
export { pagingAlloc } from "./paging/map";
export { PageTable, PagingState } from "./paging/state";
export { vnodeMap, vnodeUnmap } from "./vnode";
export { capVroot } from "./well-known";

// Print

export { str } from "../kpi/format";
export { debugErr } from "./debug";
export { debugPrintf, printf } from "./print";
