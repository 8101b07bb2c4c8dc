/**
 * The slot allocator of a memory manager (`slot_prealloc`). Its CNodes are made from memory of the same manager. So it
 * grows only when the manager asks for it, at the start of an operation, while a whole CNode of slots is left.
 *
 * It starts with one CNode, and the first refill adds the second. From then on one is in use and one is in reserve.
 * Freed slots are used again before the reserve.
 */
import { LIB_ERR_SLOT_ALLOC_INIT, MM_ERR_SLOT_MM_ALLOC, MM_ERR_SLOT_NOSLOTS, SYS_ERR_OK } from "../kpi/errno";
import { errIsFail, errPush, errval_t } from "../kpi/errval";
import { BASE_PAGE_SIZE, L2_CNODE_SLOTS, OBJSIZE_L2CNODE } from "../kpi/types";
import { cnoderef } from "../libaos/capref";
import { faultDue } from "../libaos/faults";
import { frameIdentify } from "../libaos/frame";
import { FaultKind } from "../libaos/layout/fault-kind";
import { SlotAllocatorKind } from "../libaos/layout/slot-layout";
import { Out } from "../libaos/out";
import { ramAllocForLibraryBegin, ramAllocForLibraryEnd } from "../libaos/ram-alloc";
import { PREALLOC_RESERVE } from "../libaos/reserves";
import {
  SlotAllocator,
  slotAllocatorAlloc,
  slotAllocatorAllocRun,
  slotAllocatorGrow,
  slotAllocatorInit,
} from "../libaos/slot/allocator";
import { slotAllocatorAddCNode, slotGrowthPrepare } from "../libaos/slot/growth";
import { slotAllocatorAdopt } from "../libaos/slot/init";
import { Mm, mmAllocAligned, mmFree } from "./mm";

/** Adds a CNode made from the manager's memory. */
function grow(slots: SlotAllocator): errval_t {
  const mm = changetype<Mm>(slots.instance);
  slotGrowthPrepare();
  ramAllocForLibraryBegin();
  const allocated = mmAllocAligned(mm, OBJSIZE_L2CNODE, BASE_PAGE_SIZE);
  ramAllocForLibraryEnd();
  if (errIsFail(allocated)) return errPush(allocated, MM_ERR_SLOT_MM_ALLOC);
  const ram = Out.cap;
  const err = slotAllocatorAddCNode(slots, ram);
  if (errIsFail(err) && !errIsFail(frameIdentify(ram))) mmFree(mm, ram, Out.base, Out.bytes);
  return err;
}

/** Starts with an empty CNode of `space` slots, which must be 256. Later CNodes are made from memory of `mm`. */
export function slotPreallocInit(slots: SlotAllocator, cnode: cnoderef, space: u32, mm: Mm): errval_t {
  if (space != L2_CNODE_SLOTS) return LIB_ERR_SLOT_ALLOC_INIT;
  slotAllocatorInit(slots, SlotAllocatorKind.PREALLOC);
  slots.instance = changetype<usize>(mm);
  slots.grow = grow;
  const err = slotAllocatorAdopt(slots, cnode);
  slots.low = 0;
  return err;
}

/**
 * Allocates `count` consecutive slots, at most 256. If there are none, the error is `MM_ERR_SLOT_NOSLOTS`. -> Out.cap
 */
export function slotAllocPrealloc(instance: usize, count: u32): errval_t {
  const slots = changetype<SlotAllocator>(instance);
  // Only the refill function grows the allocator. Here an operation of the manager is in progress.
  if (slots.space < count || faultDue(FaultKind.MM_SLOT)) return MM_ERR_SLOT_NOSLOTS;
  const err = count == 1 ? slotAllocatorAlloc(slots) : slotAllocatorAllocRun(slots, count);
  return errIsFail(err) ? errPush(err, MM_ERR_SLOT_NOSLOTS) : err;
}

/** Adds a CNode, unless one is in reserve or is being added. */
export function slotPreallocRefill(instance: usize): errval_t {
  const slots = changetype<SlotAllocator>(instance);
  return slots.space > PREALLOC_RESERVE ? SYS_ERR_OK : slotAllocatorGrow(slots);
}
