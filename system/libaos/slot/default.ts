/**
 * The default slot allocator of the domain ("two-level", "multi"). It starts with two CNodes, a head and a reserve.
 * When it starts to use the reserve, it adds another CNode.
 */
import { LIB_ERR_RAM_ALLOC, LIB_ERR_SLOT_ALLOC_INIT, SYS_ERR_OK } from "../../kpi/errno";
import { errIsFail, errPush, errval_t } from "../../kpi/errval";
import { L2_CNODE_SLOTS, OBJSIZE_L2CNODE } from "../../kpi/types";
import { capref, cnoderef } from "../capref";
import { domain } from "../domain";
import { SlotAllocatorKind } from "../layout/slot-layout";
import { Out } from "../out";
import { ramAlloc, ramAllocForLibraryBegin, ramAllocForLibraryEnd, ramFree } from "../ram-alloc";
import { DEFAULT_SLOT_RESERVE } from "../reserves";
import { SlotAllocator, slotAllocatorAddBlock, slotAllocatorAlloc, slotAllocatorInit } from "./allocator";
import { SlotBlock } from "./block";
import { slotAllocatorAddCNode, slotGrowthPrepare } from "./growth";
import { directoryEnter } from "./root";

/** Adds a CNode, made from RAM of `ramAlloc`. */
function grow(allocator: SlotAllocator): errval_t {
  slotGrowthPrepare();
  ramAllocForLibraryBegin();
  const allocated = ramAlloc(OBJSIZE_L2CNODE);
  const ram: capref = Out.cap;
  ramAllocForLibraryEnd();
  if (errIsFail(allocated)) return errPush(allocated, LIB_ERR_RAM_ALLOC);
  const err = slotAllocatorAddCNode(allocator, ram);
  if (errIsFail(err)) ramFree(ram);
  return err;
}

/** Starts a slot allocator that grows by itself and has no slots yet. */
export function multiSlotAllocInit(allocator: SlotAllocator): void {
  slotAllocatorInit(allocator, SlotAllocatorKind.MULTI);
  allocator.grow = grow;
  allocator.low = DEFAULT_SLOT_RESERVE;
}

/** Adds an existing, empty L2CNode to an allocator. `block` is memory for the slot block. */
export function slotAllocatorAddExisting(allocator: SlotAllocator, cnode: cnoderef, block: SlotBlock): errval_t {
  block.init(cnode, 0, L2_CNODE_SLOTS);
  const err = directoryEnter(cnode, block);
  if (errIsFail(err)) return errPush(err, LIB_ERR_SLOT_ALLOC_INIT);
  slotAllocatorAddBlock(allocator, block);
  return SYS_ERR_OK;
}

export function getDefaultSlotAllocator(): SlotAllocator {
  return changetype<SlotAllocator>(domain.defaultSlots);
}

/**
 * Allocates an empty slot of the default allocator. The allocator grows by itself, by a CNode from `ramAlloc`. Code that
 * runs inside a memory manager uses `mm.slotAlloc` instead. -> Out.cap
 *
 * @returns SYS_ERR_OK; `LIB_ERR_SLOT_ALLOC_NO_SPACE` if there is no slot and no memory for more
 * @example
 * const err = slotAlloc();
 * if (errIsFail(err)) return errPush(err, LIB_ERR_SLOT_ALLOC);
 * const slot = Out.cap;
 */
export function slotAlloc(): errval_t {
  return slotAllocatorAlloc(getDefaultSlotAllocator());
}
