/**
 * The slots of the caller's own root CNode, and a directory of the slots below them.
 *
 * Each slot of the root CNode may hold an L2CNode, and an allocator owns the slots of that L2CNode. The directory leads
 * from a root slot to a slot block and from there to the allocator. So three loads find the owner of any slot. The root
 * slots and the directory are kept in segments of 256 root slots, which are made when these slots are first used:
 *
 *     RootSlots                          RootSegment
 *      0            48      52             0                          64                            1088
 *     +------------+-------+----------+   +--------------------------+-----------------------------+
 *     | allocator  | slots | segments |   | block: the 256 root slots | children: 256 x block or 0 |
 *     |            |       | Used     |   |                           | (slots of the L2CNode)     |
 *     +------------+-------+----------+   +---------------------------+----------------------------+
 *     56             64                             1088
 *     +--------------+------------------------------+
 *     | defaultSlots | segments: 256 x segment or 0 |
 *     +--------------+------------------------------+
 */

import { CNodeType, RootSlot } from "../../kpi/cspace";
import { LIB_ERR_SLOT_ALLOC_NO_SPACE, LIB_ERR_SLOT_ALLOC_WRONG_CNODE, SYS_ERR_OK } from "../../kpi/errno";
import { errval_t } from "../../kpi/errval";
import { L2_CNODE_BITS, L2_CNODE_SLOTS } from "../../kpi/types";
import { capAddr, capref, capSlot, cnoderef, cnodeType, isOwnCSpace } from "../capref";
import { domain } from "../domain";
import { faultDue } from "../faults";
import { FaultKind } from "../layout/fault-kind";
import {
  ROOT_SEGMENTS_MAX,
  RootSegmentLayout,
  RootSlotsLayout,
  SlotAllocatorKind,
  SlotAllocatorLayout,
  SlotBlockLayout,
} from "../layout/slot-layout";
import { cnodeBase, cnodeRoot } from "../well-known";
import {
  SlotAllocator,
  slotAllocatorAddBlock,
  slotAllocatorAlloc,
  slotAllocatorFree,
  slotAllocatorInit,
  slotAllocatorTakeAt,
} from "./allocator";
import { SlotBlock } from "./block";

@unmanaged
export class RootSegment {
  get block(): SlotBlock {
    return changetype<SlotBlock>(changetype<usize>(this));
  }
  childAddress(index: u32): usize {
    return changetype<usize>(this) + RootSegmentLayout.CHILDREN + (index << 2);
  }
  getChild(index: u32): SlotBlock | null {
    return load<SlotBlock | null>(this.childAddress(index));
  }
  setChild(index: u32, block: SlotBlock | null): void {
    store<SlotBlock | null>(this.childAddress(index), block);
  }
}

if (<u32>SlotBlockLayout.SIZE != <u32>RootSegmentLayout.CHILDREN) ERROR("RootSegment: the children follow the block");
if (RootSegmentLayout.CHILDREN + L2_CNODE_SLOTS * 4 != RootSegmentLayout.SIZE) ERROR("RootSegment: size");

@unmanaged
export class RootSlots {
  get allocator(): SlotAllocator {
    return changetype<SlotAllocator>(changetype<usize>(this));
  }
  /** Number of slots of the root CNode. */
  get slots(): u32 {
    return load<u32>(changetype<usize>(this) + RootSlotsLayout.SLOTS);
  }
  set slots(count: u32) {
    store<u32>(changetype<usize>(this) + RootSlotsLayout.SLOTS, count);
  }
  /** Number of segments made so far. */
  get segmentsUsed(): u32 {
    return load<u32>(changetype<usize>(this) + RootSlotsLayout.SEGMENTS_USED);
  }
  set segmentsUsed(count: u32) {
    store<u32>(changetype<usize>(this) + RootSlotsLayout.SEGMENTS_USED, count);
  }
  getSegment(index: u32): RootSegment | null {
    return load<RootSegment | null>(changetype<usize>(this) + RootSlotsLayout.SEGMENTS + (index << 2));
  }
  setSegment(index: u32, segment: RootSegment): void {
    store<RootSegment>(changetype<usize>(this) + RootSlotsLayout.SEGMENTS + (index << 2), segment);
  }
}

if (<u32>SlotAllocatorLayout.SIZE != <u32>RootSlotsLayout.SLOTS) ERROR("RootSlots: slots");
if (RootSlotsLayout.SEGMENTS + ROOT_SEGMENTS_MAX * 4 != RootSlotsLayout.SIZE) ERROR("RootSlots: size");

export function rootSlots(): RootSlots {
  return changetype<RootSlots>(domain.rootSlots);
}

/** Adds a segment's root slots to the allocator. The first `firstFree` slots of the segment are never handed out. */
export function rootSlotsAddSegment(roots: RootSlots, segment: RootSegment, firstFree: u32): void {
  const index = roots.segmentsUsed;
  const block = segment.block;
  block.init(cnodeRoot, index * L2_CNODE_SLOTS, L2_CNODE_SLOTS);
  for (let slot: u32 = 0; slot < firstFree; slot++) block.takeAt(slot);
  for (let slot: u32 = 0; slot < L2_CNODE_SLOTS; slot++) segment.setChild(slot, null);
  roots.setSegment(index, segment);
  roots.segmentsUsed = index + 1;
  slotAllocatorAddBlock(roots.allocator, block);
}

/** Starts the allocator for a root CNode of 256 slots. The CPU driver filled the first of them. */
export function rootSlotsInit(roots: RootSlots, segment: RootSegment): void {
  slotAllocatorInit(roots.allocator, SlotAllocatorKind.ROOT);
  roots.slots = L2_CNODE_SLOTS;
  roots.segmentsUsed = 0;
  rootSlotsAddSegment(roots, segment, RootSlot.USER);
}

/** Allocates a slot of the root CNode. -> Out.cap */
export function slotAllocRoot(): errval_t {
  if (faultDue(FaultKind.ROOT_SLOT)) return LIB_ERR_SLOT_ALLOC_NO_SPACE;
  return slotAllocatorAlloc(rootSlots().allocator);
}

/** The segment that contains a root slot; null if there is none. */
function segmentOf(slot: u32): RootSegment | null {
  const index = slot >>> L2_CNODE_BITS;
  return index < ROOT_SEGMENTS_MAX ? rootSlots().getSegment(index) : null;
}

/** Enters into the directory the block that owns the slots of an L2CNode in the caller's own CSpace. */
export function directoryEnter(cnode: cnoderef, block: SlotBlock): errval_t {
  const rootSlot = capAddr(cnode) >>> L2_CNODE_BITS;
  const segment = segmentOf(rootSlot);
  if (!segment || !isOwnCSpace(cnode) || cnodeType(cnode) != CNodeType.OTHER) return LIB_ERR_SLOT_ALLOC_WRONG_CNODE;
  if (segment.getChild(rootSlot & (L2_CNODE_SLOTS - 1))) return LIB_ERR_SLOT_ALLOC_WRONG_CNODE;
  segment.setChild(rootSlot & (L2_CNODE_SLOTS - 1), block);
  return SYS_ERR_OK;
}

/** Removes the entry of `block`. It has no effect if the block is not in the directory. */
export function directoryRemove(block: SlotBlock): void {
  const cnode = block.cnode;
  const rootSlot = capAddr(cnode) >>> L2_CNODE_BITS;
  const segment = segmentOf(rootSlot);
  if (!segment || !isOwnCSpace(cnode)) return;
  const index = rootSlot & (L2_CNODE_SLOTS - 1);
  if (segment.getChild(index) === block) segment.setChild(index, null);
}

/** The block that contains a slot; null if no allocator of this domain owns the slot. */
export function slotBlockOf(cap: capref): SlotBlock | null {
  const rootSlot = capAddr(cap) >>> L2_CNODE_BITS;
  const segment = segmentOf(rootSlot);
  if (!segment || !isOwnCSpace(cap)) return null;
  return cnodeType(cap) == CNodeType.ROOT ? segment.block : segment.getChild(rootSlot & (L2_CNODE_SLOTS - 1));
}

/**
 * Gives a slot back to the allocator that handed it out, whichever that is. It does not delete the capability in the
 * slot, so the slot must be empty, or else its next owner finds it in use. If the slot is free already, the error is
 * `LIB_ERR_SLOT_UNALLOCATED`. If no allocator owns it, the error is `LIB_ERR_SLOT_ALLOC_WRONG_CNODE`. Slots of the base
 * page CNode are handed out only once, so freeing one has no effect.
 *
 * @example
 * const err = slotAlloc();
 * if (errIsFail(err)) return err;
 * return slotFree(Out.cap);
 */
export function slotFree(cap: capref): errval_t {
  const block = slotBlockOf(cap);
  if (!block) {
    const inBasePages = cap >> L2_CNODE_BITS == cnodeBase >> L2_CNODE_BITS;
    return inBasePages ? SYS_ERR_OK : LIB_ERR_SLOT_ALLOC_WRONG_CNODE;
  }
  const slot = (capSlot(cap) - block.first) & (L2_CNODE_SLOTS - 1);
  // The slots that the CPU driver filled belong to no allocator.
  if (cnodeType(cap) == CNodeType.ROOT && capSlot(cap) < <u32>RootSlot.USER) return LIB_ERR_SLOT_ALLOC_WRONG_CNODE;
  return slotAllocatorFree(block, slot);
}

/** Takes a slot again that was freed just before, for the caller that owned it. */
export function slotTakeAgain(cap: capref): void {
  const block = slotBlockOf(cap);
  if (block) slotAllocatorTakeAt(block, (capSlot(cap) - block.first) & (L2_CNODE_SLOTS - 1));
}
