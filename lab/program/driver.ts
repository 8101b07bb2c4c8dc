/**
 * The program that is graded: libaos, the learner's files, and functions that the grader calls one by one. The grader
 * judges from outside, by what the CPU driver's memory shows, so nothing here reports a result.
 */

import { initializeRamAlloc } from "../../system/init/mem-alloc";
import { errval_t } from "../../system/kpi/errval";
import { SpawnArgs } from "../../system/kpi/init-space";
import { usedDefaultSlots } from "../../system/libaos/accounts";
import { parseDecimal } from "../../system/libaos/arguments";
import { capref } from "../../system/libaos/capref";
import { domain } from "../../system/libaos/domain";
import { SlabLayout } from "../../system/libaos/layout/slab-layout";
import { pagingMapFixedAttr } from "../../system/libaos/mapping/map-fixed";
import { Out } from "../../system/libaos/out";
import { getCurrentPagingState } from "../../system/libaos/paging/init";
import { SLABS_SIZE, Slabs, slabInit } from "../../system/libaos/slab";
import { slabRefillPages } from "../../system/libaos/slab-refill";
import { libraryInit } from "../../system/libaos/startup";
import { MM_NODE_SIZE, MM_SIZE, Mm, mmAdd, mmAlloc, mmAllocAligned, mmDestroy, mmFree } from "../../system/libmm/mm";
import { besideInit, besideNodes } from "./beside";

export { capDestroy } from "../../system/libaos/cap-destroy";
export { capCopy, capRetype } from "../../system/libaos/capabilities";
export { frameAlloc } from "../../system/libaos/frame";
export { ramAlloc, ramFree } from "../../system/libaos/ram-alloc";
export { slabAlloc } from "../../system/libaos/slab";
export { slotAlloc } from "../../system/libaos/slot/default";
export { usedDefaultSlots };

/** Bytes from one node to the next, as `slabInit` rounds them up. */
const NODE_STEP: u32 = (MM_NODE_SIZE + 7) & ~7;
/** Enough for every scenario with this manager. init's manager starts with 64. */
const NODES: u32 = 1200;

/** A manager beside init's: memory that is not zero, with room on both sides. */
const manager = changetype<Mm>(memory.data(MM_SIZE, 16));
const NODE_BYTES: u32 = NODES * NODE_STEP + SlabLayout.SIZE;
const nodes: usize = memory.data(NODE_BYTES, 16);
const slabs = changetype<Slabs>(memory.data(SLABS_SIZE, 16));

export function outCap(): u64 {
  return Out.cap;
}

/** Starts the library as init does. */
export function startLibrary(args: u32): errval_t {
  return libraryInit(args);
}

/** Starts init's memory manager with all memory, as init does. Call `startLibrary` first. */
export function startManager(): errval_t {
  domain.bootinfo = usize(parseDecimal(load<u32>(domain.arguments + SpawnArgs.ARGV + 4)));
  return initializeRamAlloc();
}

/** Starts the manager beside init's, over memory with old contents. */
export function begin(): errval_t {
  return besideInit(manager, nodes, NODE_BYTES);
}

/** Blocks of the manager's slab allocator in use; 0 if the manager does not set its slabs up. */
export function nodesInUse(): u32 {
  return besideNodes(manager);
}

export function add(cap: capref, base: u64, bytes: u64): errval_t {
  return mmAdd(manager, cap, base, bytes);
}

export function alloc(bytes: u64): errval_t {
  return mmAlloc(manager, bytes);
}

export function allocAligned(bytes: u64, alignment: u64): errval_t {
  return mmAllocAligned(manager, bytes, alignment);
}

export function free(cap: capref, base: u64, bytes: u64): errval_t {
  return mmFree(manager, cap, base, bytes);
}

export function destroy(): errval_t {
  mmDestroy(manager);
  return 0;
}

export function mapFixed(va: u32, frame: capref, bytes: u64, flags: u32): errval_t {
  return pagingMapFixedAttr(getCurrentPagingState(), va, frame, bytes, flags);
}

/** Starts a slab allocator without memory. */
export function slabsBegin(blockSize: u32): errval_t {
  slabInit(slabs, blockSize, null);
  return 0;
}

export function slabsRefill(bytes: u64): errval_t {
  return slabRefillPages(slabs, bytes);
}

export function slabsAddress(): u32 {
  return u32(changetype<usize>(slabs));
}

export function slabsFree(): u32 {
  return slabs.free;
}

/** Writes through the MMU, as the program itself. */
export function storeWord(address: u32, value: u32): errval_t {
  store<u32>(address, value);
  return 0;
}
