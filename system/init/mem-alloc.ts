/**
 * Sets up init's memory manager. It gets all memory that the CPU driver left, region by region, and becomes the
 * domain's source of RAM. (Specification of the memory libraries, section 6.3.)
 */
import { RegionType } from "../kpi/bootinfo";
import { LIB_ERR_RAM_ALLOC_SET, MM_ERR_SLOT_ALLOC_INIT, MM_ERR_SLOT_MM_ALLOC, SYS_ERR_OK } from "../kpi/errno";
import { errIsFail, errNo, errPush, errval_t } from "../kpi/errval";
import { ObjType } from "../kpi/object-types";
import { L2_CNODE_SLOTS } from "../kpi/types";
import { bootinfoRegion, bootinfoRegions } from "../libaos/bootinfo";
import { capref } from "../libaos/capref";
import { debugErr, userPanicErr } from "../libaos/debug";
import { domain } from "../libaos/domain";
import { SlabLayout } from "../libaos/layout/slab-layout";
import { SlotAllocatorLayout } from "../libaos/layout/slot-layout";
import { debugPrintf } from "../libaos/print";
import { ramAllocSet } from "../libaos/ram-alloc";
import { slabGrow } from "../libaos/slab";
import { SlotAllocator } from "../libaos/slot/allocator";
import { cnodeSlotAlloc0, cnodeSuper } from "../libaos/well-known";
import { MM_NODE_SIZE, MM_SIZE, Mm, mmAdd, mmAllocAligned, mmInit } from "../libmm/mm";
import { slotAllocPrealloc, slotPreallocInit, slotPreallocRefill } from "../libmm/slot-prealloc";
import { freeByCap, oneStepInit } from "./one-step";

/**
 * The place that the assignment's listing prints when the manager's initialisation fails: line 57 of the file that it
 * hands out.
 */
const MM_INIT_PLACE = "initialize_ram_alloc() ../usr/init/mem_alloc.c:57";

/** Number of nodes to start with, until there is memory for more. */
const STATIC_NODES = 64;
const STATIC_BYTES = STATIC_NODES * ((MM_NODE_SIZE + 7) & ~7) + SlabLayout.SIZE;

const aosMm = changetype<Mm>(memory.data(MM_SIZE, 8));
const initSlots = changetype<SlotAllocator>(memory.data(SlotAllocatorLayout.SIZE, 8));
const nodeBuffer: usize = memory.data(STATIC_BYTES, 8);

/** Allocates RAM for the domain. -> Out.cap */
export function aosRamAllocAligned(bytes: u64, alignment: u64): errval_t {
  return mmAllocAligned(aosMm, bytes, alignment);
}

/** The place that reports of failures in `addRegion` name. */
const ADD_REGION_PLACE = "initializeRamAlloc() system/init/mem-alloc.ts";

/** Adds the memory of region `index`, to which `cap` is the capability. Returns the number of bytes added. */
function addRegion(index: u32, cap: capref): u64 {
  const region = bootinfoRegion(index);
  const added = mmAdd(aosMm, cap, region.base, region.bytes);
  if (errIsFail(added)) {
    debugErr(
      added,
      ADD_REGION_PLACE,
      "Warning: adding RAM region %u (%lx/%lu) FAILED",
      index,
      region.base,
      region.bytes,
    );
  }
  const refilled = slotPreallocRefill(changetype<usize>(initSlots));
  // A region that is too small for a CNode is no error.
  if (errIsFail(refilled) && errNo(refilled) != MM_ERR_SLOT_MM_ALLOC) {
    userPanicErr(refilled, ADD_REGION_PLACE, "in slot_prealloc_refill() while initialising memory allocator");
  }
  return errIsFail(added) ? 0 : region.bytes;
}

/**
 * Adds every free region. The capability of the n-th free region is in slot n of the super CNode. Returns the bytes
 * added.
 */
function addRegions(): u64 {
  let available: u64 = 0;
  let slot: u32 = 0;
  for (let i: u32 = 0; i < bootinfoRegions(); i++) {
    if (bootinfoRegion(i).type == RegionType.Empty) available += addRegion(i, capref(cnodeSuper, slot++));
  }
  return available;
}

/** Sets up the memory manager and installs it as the domain's RAM allocator. */
export function initializeRamAlloc(): errval_t {
  let err = slotPreallocInit(initSlots, cnodeSlotAlloc0, L2_CNODE_SLOTS, aosMm);
  if (errIsFail(err)) return errPush(err, MM_ERR_SLOT_ALLOC_INIT);
  const slots = changetype<usize>(initSlots);
  err = mmInit(aosMm, ObjType.RAM, null, slotAllocPrealloc, slotPreallocRefill, slots);
  if (errIsFail(err)) userPanicErr(err, MM_INIT_PLACE, "Can't initialize the memory manager.");
  slabGrow(aosMm.slabs, nodeBuffer, STATIC_BYTES);
  domain.mm = changetype<usize>(aosMm);
  domain.prealloc = changetype<usize>(initSlots);

  const available = addRegions();
  debugPrintf("Added %lu MB of physical memory.\n", available >> 20);
  err = ramAllocSet(aosRamAllocAligned, freeByCap);
  if (errIsFail(err)) return errPush(err, LIB_ERR_RAM_ALLOC_SET);
  oneStepInit();
  return SYS_ERR_OK;
}
