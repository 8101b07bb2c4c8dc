/** Sets up the slot allocators at start-up. The slots of the root CNode come first, because all others may need one. */
import { LIB_ERR_SLOT_ALLOC_INIT } from "../../kpi/errno";
import { errIsFail, errPush, errval_t } from "../../kpi/errval";
import { cnoderef } from "../capref";
import { domain } from "../domain";
import { SlabLayout, SlabsLayout } from "../layout/slab-layout";
import { RootSegmentLayout, RootSlotsLayout, SlotAllocatorLayout, SlotBlockLayout } from "../layout/slot-layout";
import { ROOT_SLOT_RESERVE, SLOT_BLOCK_RESERVE } from "../reserves";
import { Slabs, slabAlloc, slabAllocError, slabGrow, slabInit } from "../slab";
import { slabDefaultRefill } from "../slab-default";
import { cnodeSlotAlloc1, cnodeSlotAlloc2 } from "../well-known";
import { SlotAllocator } from "./allocator";
import { SlotBlock } from "./block";
import { multiSlotAllocInit, slotAllocatorAddExisting } from "./default";
import { RootSegment, RootSlots, rootSlotsInit } from "./root";
import { rootSlotsGrow } from "./root-growth";

/** Slot blocks to start with: enough for three CNodes and more than the reserve. */
const STATIC_BLOCKS = 16;
const STATIC_BYTES = STATIC_BLOCKS * SlotBlockLayout.SIZE + SlabLayout.SIZE;
if (STATIC_BLOCKS < 3 + SLOT_BLOCK_RESERVE) ERROR("the static slot blocks are too few");

const roots = changetype<RootSlots>(memory.data(RootSlotsLayout.SIZE, 8));
const firstSegment = changetype<RootSegment>(memory.data(RootSegmentLayout.SIZE, 8));
const defaultSlots = changetype<SlotAllocator>(memory.data(SlotAllocatorLayout.SIZE, 8));
const blockSlabs = changetype<Slabs>(memory.data(SlabsLayout.SIZE, 8));
const segmentSlabs = changetype<Slabs>(memory.data(SlabsLayout.SIZE, 8));
const staticBlocks: usize = memory.data(STATIC_BYTES, 8);

/** Stores the addresses of the allocators in the domain's state. The allocators work after `slotAllocInit`. */
export function slotAllocPublish(): void {
  domain.rootSlots = changetype<usize>(roots);
  domain.defaultSlots = changetype<usize>(defaultSlots);
  domain.slotBlockSlabs = changetype<usize>(blockSlabs);
  domain.rootSegmentSlabs = changetype<usize>(segmentSlabs);
}

/** Gives an allocator the slots of an empty L2CNode that the CPU driver made. */
export function slotAllocatorAdopt(allocator: SlotAllocator, cnode: cnoderef): errval_t {
  const block = slabAlloc(blockSlabs);
  if (block == 0) return errPush(slabAllocError(), LIB_ERR_SLOT_ALLOC_INIT);
  return slotAllocatorAddExisting(allocator, cnode, changetype<SlotBlock>(block));
}

/** Sets up the root slots and the default allocator with a head and a reserve of 256 slots each. Call it once. */
export function slotAllocInit(): errval_t {
  slabInit(blockSlabs, SlotBlockLayout.SIZE, slabDefaultRefill);
  slabInit(segmentSlabs, RootSegmentLayout.SIZE, slabDefaultRefill);
  slabGrow(blockSlabs, staticBlocks, STATIC_BYTES);
  rootSlotsInit(roots, firstSegment);
  roots.allocator.grow = rootSlotsGrow;
  roots.allocator.low = ROOT_SLOT_RESERVE;
  multiSlotAllocInit(defaultSlots);
  const err = slotAllocatorAdopt(defaultSlots, cnodeSlotAlloc1);
  return errIsFail(err) ? err : slotAllocatorAdopt(defaultSlots, cnodeSlotAlloc2);
}
