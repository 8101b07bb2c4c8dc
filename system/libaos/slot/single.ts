/**
 * A slot allocator over one L2CNode, or over the first slots of one. Does not grow.
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
 * Begins with slots 0..nslots-1 of an existing, empty CNode. Slots of the own CSpace can also be freed by `slotFree`; so a
 * CNode of the own CSpace whose slots belong to an allocator already is refused: `LIB_ERR_SLOT_ALLOC_WRONG_CNODE` with
 * `LIB_ERR_SINGLE_SLOT_ALLOC_INIT_RAW`.
 */
export function singleSlotAllocInitRaw(single: SingleSlotAllocator, cnode: cnoderef, nslots: u32): errval_t {
  if (nslots > L2_CNODE_SLOTS) return errPush(LIB_ERR_SLOT_ALLOC_NO_SPACE, LIB_ERR_SINGLE_SLOT_ALLOC_INIT_RAW);
  // A CNode of another CSpace has no place in the directory of ours.
  if (isOwnCSpace(cnode)) {
    const err = directoryEnter(cnode, single.block);
    if (errIsFail(err)) return errPush(err, LIB_ERR_SINGLE_SLOT_ALLOC_INIT_RAW);
  }
  slotAllocatorInit(single.allocator, SlotAllocatorKind.SINGLE);
  single.block.init(cnode, 0, nslots);
  slotAllocatorAddBlock(single.allocator, single.block);
  return SYS_ERR_OK;
}

/** Begins with an L2CNode that it makes. */
export function singleSlotAllocInit(single: SingleSlotAllocator): errval_t {
  const err = cnodeCreateL2();
  if (errIsFail(err)) return errPush(err, LIB_ERR_SINGLE_SLOT_ALLOC_INIT);
  return singleSlotAllocInitRaw(single, Out.cnode, L2_CNODE_SLOTS);
}

/** Forgets the slots; the CNode and what is in it stay. Nothing can be freed or allocated afterwards. */
export function singleSlotAllocDestroy(single: SingleSlotAllocator): void {
  directoryRemove(single.block);
  slotAllocatorInit(single.allocator, SlotAllocatorKind.SINGLE);
  single.block.init(NULL_CNODE, 0, 0);
}

/** -> Out.cap */
export function singleSlotAlloc(single: SingleSlotAllocator): errval_t {
  return slotAllocatorAlloc(single.allocator);
}

export function singleSlotFree(single: SingleSlotAllocator, cap: capref): errval_t {
  if (capCNode(cap) != single.block.cnode) return LIB_ERR_SLOT_ALLOC_WRONG_CNODE;
  return slotAllocatorFree(single.block, capSlot(cap));
}

/** Hands out the slots up to `count` as well; no effect if it does so already. */
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
