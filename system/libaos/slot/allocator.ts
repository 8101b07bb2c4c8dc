/**
 * The common part of all slot allocators: blocks with free slots, blocks without, and a function that gets more.
 *
 *      0      4       8       12    16       20     24     28        32        36               40         44
 *     +------+-------+-------+-----+--------+------+------+---------+---------+----------------+----------+
 *     | kind | space | total | low | blocks | full | grow | growing | growths | failedGrowths  | instance |
 *     +------+-------+-------+-----+--------+------+------+---------+---------+----------------+----------+
 *
 * The kinds differ in how they start and grow:
 *
 *     single     one CNode; never grows
 *     prealloc   libmm's: one CNode in use and one in reserve; grows when its owner calls the refill function
 *     multi      the default allocator of the domain; grows by itself
 *     range      for rows of consecutive slots; grows when its owner calls the refill function
 *     root       the slots of the root CNode; grows by enlarging the root CNode
 *
 * Growing needs memory and so needs slots. An allocator that has `grow` calls it at the start of an allocation when
 * `low` or fewer slots are free. `low` is more than the growth of all allocators can take (`reserves.ts`). While the
 * allocator grows, it serves nested requests from these slots. If growth fails, the request is still served, and the
 * next request tries again.
 */
import { LIB_ERR_SLOT_ALLOC_NO_SPACE, LIB_ERR_SLOT_UNALLOCATED, SYS_ERR_OK } from "../../kpi/errno";
import { errIsFail, errPush, errval_t } from "../../kpi/errval";
import { faultDue } from "../faults";
import { FaultKind } from "../layout/fault-kind";
import { SlotAllocatorLayout } from "../layout/slot-layout";
import { Out } from "../out";
import { NO_SLOT, SlotBlock } from "./block";

@unmanaged
export class SlotAllocator {
  /** A `SlotAllocatorKind`. */
  kind: u32;
  /** Number of free slots, and of all slots. */
  space: u32;
  total: u32;
  /** The allocator grows when at most this many slots are free. */
  low: u32;
  blocks: SlotBlock | null;
  full: SlotBlock | null;
  grow: ((allocator: SlotAllocator) => errval_t) | null;
  growing: u32;
  growths: u32;
  failedGrowths: u32;
  /** Data that depends on the kind; for prealloc, the memory manager. */
  instance: usize;
}

if (offsetof<SlotAllocator>("blocks") != SlotAllocatorLayout.BLOCKS) ERROR("SlotAllocator: blocks");
if (offsetof<SlotAllocator>("grow") != SlotAllocatorLayout.GROW) ERROR("SlotAllocator: grow");
if (offsetof<SlotAllocator>("instance") != SlotAllocatorLayout.INSTANCE) ERROR("SlotAllocator: instance");
if (offsetof<SlotAllocator>() > <usize>SlotAllocatorLayout.SIZE) ERROR("SlotAllocator: size");

@unmanaged
class BlockList {
  first: SlotBlock | null;

  add(block: SlotBlock): void {
    const first = this.first;
    block.previous = null;
    block.next = first;
    if (first) first.previous = block;
    this.first = block;
  }

  /** Adds a block at the end of the list, so that it is used last. */
  append(block: SlotBlock): void {
    let last = this.first;
    if (!last) return this.add(block);
    let next = last.next;
    while (next) {
      last = next;
      next = last.next;
    }
    last.next = block;
    block.previous = last;
    block.next = null;
  }

  remove(block: SlotBlock): void {
    const next = block.next;
    const previous = block.previous;
    if (next) next.previous = previous;
    if (previous) previous.next = next;
    else this.first = next;
  }
}

function usableBlocks(allocator: SlotAllocator): BlockList {
  return changetype<BlockList>(changetype<usize>(allocator) + SlotAllocatorLayout.BLOCKS);
}

function fullBlocks(allocator: SlotAllocator): BlockList {
  return changetype<BlockList>(changetype<usize>(allocator) + SlotAllocatorLayout.FULL);
}

/** Starts an allocator that has no slots and does not grow by itself. */
export function slotAllocatorInit(allocator: SlotAllocator, kind: u32): void {
  allocator.kind = kind;
  allocator.space = 0;
  allocator.total = 0;
  allocator.low = 0;
  allocator.blocks = null;
  allocator.full = null;
  allocator.grow = null;
  allocator.growing = 0;
  allocator.growths = 0;
  allocator.failedGrowths = 0;
  allocator.instance = 0;
}

/** Adds a block of slots. Blocks are used in the order in which they were added. */
export function slotAllocatorAddBlock(allocator: SlotAllocator, block: SlotBlock): void {
  block.owner = changetype<usize>(allocator);
  if (block.free == 0) fullBlocks(allocator).add(block);
  else usableBlocks(allocator).append(block);
  allocator.space += block.free;
  allocator.total += block.count;
}

/** Grows an allocator unless it is growing already. */
export function slotAllocatorGrow(allocator: SlotAllocator): errval_t {
  const grow = allocator.grow;
  if (grow === null || allocator.growing != 0) return SYS_ERR_OK;
  allocator.growing = 1;
  const err = grow(allocator);
  allocator.growing = 0;
  if (errIsFail(err)) allocator.failedGrowths++;
  else allocator.growths++;
  return err;
}

/**
 * Allocates a slot. If none is free, the error is `LIB_ERR_SLOT_ALLOC_NO_SPACE`, with the reason if growing failed.
 * -> Out.cap
 */
export function slotAllocatorAlloc(allocator: SlotAllocator): errval_t {
  if (faultDue(FaultKind.SLOT)) return LIB_ERR_SLOT_ALLOC_NO_SPACE;
  let growth: errval_t = SYS_ERR_OK;
  if (allocator.space <= allocator.low && allocator.grow !== null) growth = slotAllocatorGrow(allocator);
  const block = allocator.blocks;
  if (!block) return errIsFail(growth) ? errPush(growth, LIB_ERR_SLOT_ALLOC_NO_SPACE) : LIB_ERR_SLOT_ALLOC_NO_SPACE;
  const slot = block.take();
  noteTaken(allocator, block, 1);
  Out.cap = block.capref(slot);
  return SYS_ERR_OK;
}

/** Updates the counts after slots of a block were taken. */
function noteTaken(allocator: SlotAllocator, block: SlotBlock, count: u32): void {
  allocator.space -= count;
  if (block.free != 0) return;
  usableBlocks(allocator).remove(block);
  fullBlocks(allocator).add(block);
}

/** Takes the slot with number `slot`, if it is free. */
export function slotAllocatorTakeAt(block: SlotBlock, slot: u32): void {
  if (!block.isFree(slot)) return;
  block.takeAt(slot);
  noteTaken(changetype<SlotAllocator>(block.owner), block, 1);
}

/** Allocates `count` consecutive slots of one CNode. -> Out.cap: the first of them */
export function slotAllocatorAllocRun(allocator: SlotAllocator, count: u32): errval_t {
  if (count == 1) return slotAllocatorAlloc(allocator);
  if (allocator.low != 0 && allocator.space <= allocator.low + count) slotAllocatorGrow(allocator);
  if (count == 0 || faultDue(FaultKind.SLOT)) return LIB_ERR_SLOT_ALLOC_NO_SPACE;
  let block = allocator.blocks;
  while (block) {
    const slot = block.free < count ? NO_SLOT : block.takeRun(count);
    if (slot != NO_SLOT) {
      noteTaken(allocator, block, count);
      Out.cap = block.capref(slot);
      return SYS_ERR_OK;
    }
    block = block.next;
  }
  return LIB_ERR_SLOT_ALLOC_NO_SPACE;
}

/**
 * Takes back a slot of one of the allocator's blocks. If it is free already, the error is `LIB_ERR_SLOT_UNALLOCATED`.
 */
export function slotAllocatorFree(block: SlotBlock, slot: u32): errval_t {
  if (!block.isTaken(slot)) return LIB_ERR_SLOT_UNALLOCATED;
  const allocator = changetype<SlotAllocator>(block.owner);
  if (block.free == 0) {
    fullBlocks(allocator).remove(block);
    usableBlocks(allocator).add(block);
  }
  block.give(slot);
  allocator.space++;
  return SYS_ERR_OK;
}

/** Free slots of an allocator. */
export function slotAllocatorFreecount(allocator: SlotAllocator): u32 {
  return allocator.space;
}
