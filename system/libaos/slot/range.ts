/**
 * A slot allocator for rows of consecutive slots. It is a chain of L2CNodes, which grows when its owner asks for it.
 *
 * `slotAllocDynamic` and `slotRefillDynamic` have the signatures that `mmInit` takes.
 */
import {
  LIB_ERR_CNODE_CREATE,
  LIB_ERR_RAM_ALLOC,
  LIB_ERR_SLOT_ALLOC_NO_SPACE,
  LIB_ERR_SLOT_ALLOC_WRONG_CNODE,
  LIB_ERR_SLOT_UNALLOCATED,
  SYS_ERR_OK,
} from "../../kpi/errno";
import { errIsFail, errPush, errval_t } from "../../kpi/errval";
import { L2_CNODE_SLOTS, OBJSIZE_L2CNODE } from "../../kpi/types";
import { capref, capSlot } from "../capref";
import { SlotAllocatorKind } from "../layout/slot-layout";
import { Out } from "../out";
import { ramAlloc, ramAllocForLibraryBegin, ramAllocForLibraryEnd, ramFree } from "../ram-alloc";
import { SlotAllocator, slotAllocatorAllocRun, slotAllocatorFree, slotAllocatorInit } from "./allocator";
import { slotAllocatorAddCNode, slotGrowthPrepare } from "./growth";
import { slotBlockOf } from "./root";

/** Starts with one CNode of 256 slots. */
export function rangeSlotAllocInit(range: SlotAllocator): errval_t {
  slotAllocatorInit(range, SlotAllocatorKind.RANGE);
  return rangeSlotAllocRefill(range);
}

/** Extends the chain by a CNode of 256 slots. */
export function rangeSlotAllocRefill(range: SlotAllocator): errval_t {
  slotGrowthPrepare();
  ramAllocForLibraryBegin();
  const allocated = ramAlloc(OBJSIZE_L2CNODE);
  const ram: capref = Out.cap;
  ramAllocForLibraryEnd();
  if (errIsFail(allocated)) return errPush(allocated, LIB_ERR_RAM_ALLOC);
  const err = slotAllocatorAddCNode(range, ram);
  if (errIsFail(err)) {
    ramFree(ram);
    return errPush(err, LIB_ERR_CNODE_CREATE);
  }
  return SYS_ERR_OK;
}

/** Allocates `count` consecutive slots, at most 256. -> Out.cap: the first */
export function rangeSlotAlloc(range: SlotAllocator, count: u32): errval_t {
  return count > L2_CNODE_SLOTS ? LIB_ERR_SLOT_ALLOC_NO_SPACE : slotAllocatorAllocRun(range, count);
}

/** Takes `count` slots back. If one of them is refused, all stay allocated. */
export function rangeSlotFree(range: SlotAllocator, cap: capref, count: u32): errval_t {
  const block = slotBlockOf(cap);
  if (!block || block.owner != changetype<usize>(range)) return LIB_ERR_SLOT_ALLOC_WRONG_CNODE;
  const first = capSlot(cap);
  if (count > L2_CNODE_SLOTS - first) return LIB_ERR_SLOT_UNALLOCATED;
  for (let slot = first; slot < first + count; slot++) {
    if (!block.isTaken(slot)) return LIB_ERR_SLOT_UNALLOCATED;
  }
  for (let slot = first; slot < first + count; slot++) slotAllocatorFree(block, slot);
  return SYS_ERR_OK;
}

/** Number of free slots in the chain. */
export function rangeSlotFreecount(range: SlotAllocator): u32 {
  return range.space;
}

/** `rangeSlotAlloc` with the signature that `mmInit` takes. */
export function slotAllocDynamic(instance: usize, count: u32): errval_t {
  return rangeSlotAlloc(changetype<SlotAllocator>(instance), count);
}

/** Extends the chain when at most half a CNode of slots is free. */
export function slotRefillDynamic(instance: usize): errval_t {
  const range = changetype<SlotAllocator>(instance);
  if (range.space > L2_CNODE_SLOTS / 2 || range.growing != 0) return SYS_ERR_OK;
  range.growing = 1;
  const err = rangeSlotAllocRefill(range);
  range.growing = 0;
  return err;
}
