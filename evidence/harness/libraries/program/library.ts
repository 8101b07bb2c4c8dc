/**
 * The libraries as a program whose functions a test calls one by one. A function that takes more than plain numbers has
 * a wrapper here.
 *
 * It is compiled twice. The first form is a program for the machine: its memory is mapped, and its system calls go to
 * the CPU driver. The second form is a module of its own, on plain memory and a replacement for the CPU driver.
 */

import { initializeRamAlloc } from "../../../../system/init/mem-alloc";
import { LIB_ERR_SLAB_REFILL, LIB_ERR_SLOT_ALLOC_NO_SPACE, SYS_ERR_OK } from "../../../../system/kpi/errno";
import { errval_t } from "../../../../system/kpi/errval";
import { ObjType } from "../../../../system/kpi/object-types";
import { VRegionFlags } from "../../../../system/kpi/types";
import { domain } from "../../../../system/libaos/domain";
import { PagingStateLayout, RangeState } from "../../../../system/libaos/layout/paging-layout";
import { SlabsLayout } from "../../../../system/libaos/layout/slab-layout";
import { SlotAllocatorLayout } from "../../../../system/libaos/layout/slot-layout";
import { Out } from "../../../../system/libaos/out";
import { getCurrentPagingState, pagingInitState } from "../../../../system/libaos/paging/init";
import { pagingCheckInvariants } from "../../../../system/libaos/paging/invariants";
import { PagingState } from "../../../../system/libaos/paging/state";
import { Slabs, slabGrow, slabInit } from "../../../../system/libaos/slab";
import { slabDefaultRefill } from "../../../../system/libaos/slab-default";
import { SlotAllocator, slotAllocatorGrow } from "../../../../system/libaos/slot/allocator";
import { getDefaultSlotAllocator, slotAlloc } from "../../../../system/libaos/slot/default";
import { rootSlots } from "../../../../system/libaos/slot/root";
import { SINGLE_SLOT_ALLOC_SIZE } from "../../../../system/libaos/slot/single";
import { libraryInit } from "../../../../system/libaos/startup";
import { sysDebug } from "../../../../system/libaos/system-calls";
import { vnodeMap } from "../../../../system/libaos/vnode";
import { accountGive, MmEnd } from "../../../../system/libmm/account";
import { mmAllocAt } from "../../../../system/libmm/alloc";
import { indexFind } from "../../../../system/libmm/index";
import { MmLayout } from "../../../../system/libmm/layout/mm-layout";
import { Mm, mmInitWith } from "../../../../system/libmm/manager";
import { MmNode } from "../../../../system/libmm/node";

export {
  mappedPages,
  mappedRanges,
  pageTables,
  rootCNodeSlots,
  slabRefills,
  usedDefaultSlots,
  usedPagingBlocks,
  usedRootSlots,
  usedSlotBlocks,
} from "../../../../system/libaos/accounts";
export { capDestroy } from "../../../../system/libaos/cap-destroy";
export {
  capCopy,
  capCreate,
  capDelete,
  capGetState,
  capIdentify,
  capMint,
  capRetype,
  capRevoke,
  rootCNodeResize,
} from "../../../../system/libaos/capabilities";
export {
  buildCNodeRef,
  capAddr,
  capCNode,
  capLevel,
  capref,
  capSlot,
  cnodeAddr,
  cnodeInRootSlot,
  cnodeLevel,
  crootAddr,
  crootCap,
  isOwnCSpace,
} from "../../../../system/libaos/capref";
export { cnodeCreateFromMem } from "../../../../system/libaos/cnode";
export { cnodeCreateForeignL2, cnodeCreateL1, cnodeCreateL2 } from "../../../../system/libaos/cnode-create";
export { faultArm, faultDisarm, faultWasMet } from "../../../../system/libaos/faults";
export { frameAlloc, frameFree, frameIdentify } from "../../../../system/libaos/frame";
export { pagingMapFixedAttr, pagingUnmap } from "../../../../system/libaos/mapping/map-fixed";
export { pagingTableFree } from "../../../../system/libaos/mapping/table";
export { dispatcherCreate, endpointCreate, idcapAlloc } from "../../../../system/libaos/objects";
export { pagingAlloc, pagingMapFrameAttr } from "../../../../system/libaos/paging/map";
export { pagingRegionInit, pagingRegionMap, pagingRegionUnmap } from "../../../../system/libaos/paging/region";
export { ramAlloc, ramAllocAligned, ramAllocFixed, ramFree } from "../../../../system/libaos/ram-alloc";
export { slabAlloc, slabFree, slabFreecount, slabGive, slabGrow, slabStaticSize } from "../../../../system/libaos/slab";
export { slabRefillNoPagefault, slabRefillPages } from "../../../../system/libaos/slab-refill";
export { slotAlloc } from "../../../../system/libaos/slot/default";
export {
  rangeSlotAlloc,
  rangeSlotAllocInit,
  rangeSlotAllocRefill,
  rangeSlotFree,
  rangeSlotFreecount,
} from "../../../../system/libaos/slot/range";
export { slotAllocRoot, slotFree } from "../../../../system/libaos/slot/root";
export {
  singleSlotAlloc,
  singleSlotAllocDestroy,
  singleSlotAllocInit,
  singleSlotAllocInitRaw,
  singleSlotAllocResize,
  singleSlotFree,
} from "../../../../system/libaos/slot/single";
export { slabRefillDefault } from "../../../../system/libaos/startup";
export { sysNop, sysPrint, sysYield } from "../../../../system/libaos/system-calls";
export { vnodeCreate, vnodeIdentify, vnodeUnmap } from "../../../../system/libaos/vnode";
export { mmFree } from "../../../../system/libmm/free";
export { mmCheckInvariants } from "../../../../system/libmm/invariants";
export { mmFreeBytes, mmLargestFree, mmTotalBytes } from "../../../../system/libmm/manager";
export { mmAdd, mmDestroy } from "../../../../system/libmm/mm";
export { slotAllocPrealloc, slotPreallocRefill } from "../../../../system/libmm/slot-prealloc";

const ROOM_BYTES: u32 = 0x100000;

export function outCap(): u64 {
  return Out.cap;
}
export function outCNode(): u64 {
  return Out.cnode;
}
export function outBase(): u64 {
  return Out.base;
}
export function outBytes(): u64 {
  return Out.bytes;
}
export function outType(): u32 {
  return Out.type;
}
export function outBuffer(): u32 {
  return Out.buffer;
}

/** Memory for the records that tests make. */
const room: usize = memory.data(ROOM_BYTES, 16);

export function roomBase(): u32 {
  return u32(room);
}
export function roomBytes(): u32 {
  return ROOM_BYTES;
}

/** Runs init's start, up to the point where init has memory. */
export function start(args: u32, bootinfo: u32): errval_t {
  const err = libraryInit(args);
  if (err != SYS_ERR_OK) return err;
  domain.bootinfo = bootinfo;
  return initializeRamAlloc();
}

export function preallocSlots(): u32 {
  return u32(domain.prealloc);
}
export function freeMmSlots(): u32 {
  return changetype<SlotAllocator>(domain.prealloc).space;
}
export function usedMmSlots(): u32 {
  const slots = changetype<SlotAllocator>(domain.prealloc);
  return slots.total - slots.space;
}
export function rootSegmentSlabs(): u32 {
  return u32(domain.rootSegmentSlabs);
}
export function growDefaultSlots(): errval_t {
  return slotAllocatorGrow(getDefaultSlotAllocator());
}
export function growRoot(): errval_t {
  return slotAllocatorGrow(rootSlots().allocator);
}
export function initMm(): u32 {
  return u32(domain.mm);
}
export function currentPaging(): u32 {
  return u32(changetype<usize>(getCurrentPagingState()));
}
/** Number of unclaimed pages in user space. */
export function freeAddressPages(): u32 {
  let pages: u32 = 0;
  let range = getCurrentPagingState().first;
  while (range) {
    if (range.state == RangeState.Free) pages += range.pages;
    range = range.next;
  }
  return pages;
}
/** Makes an address space that uses the default slots. */
export function addressSpaceInit(st: PagingState, start: u32, l1Table: u64, blocks: usize, bytes: u32): errval_t {
  return pagingInitState(st, start, l1Table, getDefaultSlotAllocator(), blocks, bytes);
}
export function checkAddressSpace(st: PagingState): u32 {
  return pagingCheckInvariants(st);
}
export function checkPaging(): u32 {
  return pagingCheckInvariants(getCurrentPagingState());
}

/** Sizes of the records, so that tests can allocate them. */
export function sizeOfMm(): u32 {
  return MmLayout.SIZE;
}
export function sizeOfSlabs(): u32 {
  return SlabsLayout.SIZE;
}
export function sizeOfPagingState(): u32 {
  return PagingStateLayout.SIZE;
}
export function sizeOfSlotAllocator(): u32 {
  return SlotAllocatorLayout.SIZE;
}
export function sizeOfSingleSlotAllocator(): u32 {
  return SINGLE_SLOT_ALLOC_SIZE;
}

/** Numbers of slots and blocks that a test's memory manager may still take. */
class Limits {
  static slots: u32 = U32.MAX_VALUE;
}

export function limitSlots(count: u32): void {
  Limits.slots = count;
}

function slotFromDefault(_instance: usize, _count: u32): errval_t {
  if (Limits.slots == 0) return LIB_ERR_SLOT_ALLOC_NO_SPACE;
  if (Limits.slots != U32.MAX_VALUE) Limits.slots--;
  return slotAlloc();
}

function nothingToRefill(_instance: usize): errval_t {
  return SYS_ERR_OK;
}

function noMoreBlocks(_slabs: Slabs): errval_t {
  return LIB_ERR_SLAB_REFILL;
}

/** Creates a memory manager that uses the default slots and takes nodes only from `buffer`. */
export function smallMm(mm: Mm, buffer: usize, bytes: u32, policy: u32): errval_t {
  const err = mmInitWith(mm, ObjType.RAM, noMoreBlocks, slotFromDefault, nothingToRefill, 0, policy);
  if (err != SYS_ERR_OK) return err;
  return slabGrow(mm.slabs, buffer, bytes);
}

export function alloc(mm: Mm, bytes: u64, alignment: u64): errval_t {
  return mmAllocAt(mm, bytes, alignment, MmEnd.LOW);
}
export function allocHigh(mm: Mm, bytes: u64, alignment: u64): errval_t {
  return mmAllocAt(mm, bytes, alignment, MmEnd.HIGH);
}
export function mmFreeNodes(mm: Mm): u32 {
  return mm.freeNodes;
}
export function mmAllocatedNodes(mm: Mm): u32 {
  return mm.allocatedNodes;
}
export function mmFreeBlocks(mm: Mm): u32 {
  return mm.slabs.free;
}
export function mmIndexTables(mm: Mm): u32 {
  return mm.index.tables;
}
/** The piece that was handed out from `page` on; 0 if there is none. */
export function mmFindPiece(mm: Mm, page: u32): usize {
  return changetype<usize>(indexFind(mm.index, page));
}
/** Takes back a piece, and leaves its capability alone. */
export function mmGivePiece(mm: Mm, piece: MmNode): void {
  accountGive(mm, piece);
}
export function mmRetries(mm: Mm): u32 {
  return mm.retries;
}

/** Creates a slab allocator that is never refilled. */
export function slabInitBare(slabs: Slabs, blockSize: u32): void {
  slabInit(slabs, blockSize, null);
}

/** Creates a slab allocator with the default refill function. */
export function slabInitRefilled(slabs: Slabs, blockSize: u32): void {
  slabInit(slabs, blockSize, slabDefaultRefill);
}

export function sysDebugWith(code: u32, argument: u32): errval_t {
  return sysDebug(code, argument);
}

export function mapEntries(table: u64, source: u64, entry: u32, offset: u64, count: u64): errval_t {
  return vnodeMap(table, source, entry, 3, offset, count);
}

/** Maps the first page of a frame at entry 0 of a table. */
export function mapFirstPage(table: u64, frame: u64, mapping: u64): errval_t {
  return vnodeMap(table, frame, 0, VRegionFlags.READ | VRegionFlags.WRITE, 0, 1, mapping);
}
