/**
 * A slot allocator for one L2CNode, or for the first slots of one. It does not grow.
 *
 *      0                48                                  112
 *     +----------------+-----------------------------------+
 *     | SlotAllocator  | the block of its 256 slots        |
 *     +----------------+-----------------------------------+
 */
import {
  LIB_ERR_SINGLE_SLOT_ALLOC_INIT,
  LIB_ERR_SINGLE_SLOT_ALLOC_INIT_RAW,
  LIB_ERR_SLOT_ALLOC_NO_SPACE,
  LIB_ERR_SLOT_ALLOC_WRONG_CNODE,
  SYS_ERR_OK,
} from "../../kpi/errno";
import { errIsFail, errPush, errval_t } from "../../kpi/errval";
import { L2_CNODE_SLOTS } from "../../kpi/types";
import { capCNode, capref, capSlot, cnoderef, isNullCNode, isOwnCSpace, NULL_CNODE } from "../capref";
import { cnodeCreateL2 } from "../cnode-create";
import { SlotAllocatorKind, SlotAllocatorLayout, SlotBlockLayout } from "../layout/slot-layout";
import { Out } from "../out";
import {
  SlotAllocator,
  slotAllocatorAddBlock,
  slotAllocatorAlloc,
  slotAllocatorFree,
  slotAllocatorInit,
} from "./allocator";
import { SlotBlock } from "./block";
import { directoryEnter, directoryRemove } from "./root";

export const SINGLE_SLOT_ALLOC_SIZE = SlotAllocatorLayout.SIZE + SlotBlockLayout.SIZE;

@unmanaged
export class SingleSlotAllocator {
  get allocator(): SlotAllocator {
    return changetype<SlotAllocator>(changetype<usize>(this));
  }
  get block(): SlotBlock {
    return changetype<SlotBlock>(changetype<usize>(this) + SlotAllocatorLayout.SIZE);
  }
}

/**
 * Starts with slots 0 to `nslots` - 1 of an existing, empty CNode. `slotFree` can also free slots of the caller's own
 * CSpace. So a CNode there whose slots belong to an allocator already is refused with `LIB_ERR_SLOT_ALLOC_WRONG_CNODE`
 * and `LIB_ERR_SINGLE_SLOT_ALLOC_INIT_RAW`.
 */
export function singleSlotAllocInitRaw(single: SingleSlotAllocator, cnode: cnoderef, nslots: u32): errval_t {
  if (nslots > L2_CNODE_SLOTS) return errPush(LIB_ERR_SLOT_ALLOC_NO_SPACE, LIB_ERR_SINGLE_SLOT_ALLOC_INIT_RAW);
  // The directory has no entries for CNodes of other CSpaces.
  if (isOwnCSpace(cnode)) {
    const err = directoryEnter(cnode, single.block);
    if (errIsFail(err)) return errPush(err, LIB_ERR_SINGLE_SLOT_ALLOC_INIT_RAW);
  }
  slotAllocatorInit(single.allocator, SlotAllocatorKind.SINGLE);
  single.block.init(cnode, 0, nslots);
  slotAllocatorAddBlock(single.allocator, single.block);
  return SYS_ERR_OK;
}

/** Makes an L2CNode and starts with its slots. */
export function singleSlotAllocInit(single: SingleSlotAllocator): errval_t {
  const err = cnodeCreateL2();
  if (errIsFail(err)) return errPush(err, LIB_ERR_SINGLE_SLOT_ALLOC_INIT);
  return singleSlotAllocInitRaw(single, Out.cnode, L2_CNODE_SLOTS);
}

/** Forgets the slots. The CNode and its contents stay. Nothing can be allocated or freed afterwards. */
export function singleSlotAllocDestroy(single: SingleSlotAllocator): void {
  directoryRemove(single.block);
  slotAllocatorInit(single.allocator, SlotAllocatorKind.SINGLE);
  single.block.init(NULL_CNODE, 0, 0);
}

/** Allocates a slot. -> Out.cap */
export function singleSlotAlloc(single: SingleSlotAllocator): errval_t {
  return slotAllocatorAlloc(single.allocator);
}

export function singleSlotFree(single: SingleSlotAllocator, cap: capref): errval_t {
  if (capCNode(cap) != single.block.cnode) return LIB_ERR_SLOT_ALLOC_WRONG_CNODE;
  return slotAllocatorFree(single.block, capSlot(cap));
}

/** Makes the slots up to `count` available. It has no effect if they are available already. */
export function singleSlotAllocResize(single: SingleSlotAllocator, count: u32): errval_t {
  if (count > L2_CNODE_SLOTS || isNullCNode(single.block.cnode)) return LIB_ERR_SLOT_ALLOC_NO_SPACE;
  const block = single.block;
  for (let slot: u32 = block.count; slot < count; slot++) {
    block.count = u16(slot + 1);
    single.allocator.total++;
    slotAllocatorFree(block, slot);
  }
  return SYS_ERR_OK;
}
