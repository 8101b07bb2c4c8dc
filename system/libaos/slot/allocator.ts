/**
 * What all slot allocators have in common: blocks with free slots, blocks without, and a way to get more.
 *
 *      0      4       8       12    16       20     24     28        32        36               40         44
 *     +------+-------+-------+-----+--------+------+------+---------+---------+----------------+----------+
 *     | kind | space | total | low | blocks | full | grow | growing | growths | failedGrowths  | instance |
 *     +------+-------+-------+-----+--------+------+------+---------+---------+----------------+----------+
 *
 * The kinds differ in how they begin and grow:
 *
 *     single     one CNode, never more
 *     prealloc   libmm's: two CNodes at first; grows when its owner calls the refill function
 *     multi      the default allocator of the domain: grows by itself
 *     range      for rows of slots; grows when its owner says so
 *     root       the slots of the root CNode: grows by enlarging the root CNode
 *
 * Growing needs memory and therefore slots. So an allocator with `grow` calls it at the start of an allocation while
 * `low` slots are left, more than the growth of everything can take (`reserves.ts`); while it grows, nested requests are
 * served from those. If growth fails the request is served all the same, and the next one tries again.
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
  /** `SlotAllocatorKind`. */
  kind: u32;
  /** Free slots, and all slots. */
  space: u32;
  total: u32;
  /** Grows when no more than this many slots are free. */
  low: u32;
  blocks: SlotBlock | null;
  full: SlotBlock | null;
  grow: ((allocator: SlotAllocator) => errval_t) | null;
  growing: u32;
  growths: u32;
  failedGrowths: u32;
  /** Whatever the kind needs to know: of prealloc, the memory manager. */
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

  /** Adds behind all others: used last. */
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

/** An allocator without slots that does not grow by itself. */
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

/** Adds a block of slots. Blocks are used in the order they came in. */
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

/** A slot. `LIB_ERR_SLOT_ALLOC_NO_SPACE`, with the reason if growing failed, when there is none. -> Out.cap */
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

/** Keeps the account after slots of a block were taken. */
function noteTaken(allocator: SlotAllocator, block: SlotBlock, count: u32): void {
  allocator.space -= count;
  if (block.free != 0) return;
  usableBlocks(allocator).remove(block);
  fullBlocks(allocator).add(block);
}

/** Takes one particular slot, if it is free. */
export function slotAllocatorTakeAt(block: SlotBlock, slot: u32): void {
  if (!block.isFree(slot)) return;
  block.takeAt(slot);
  noteTaken(changetype<SlotAllocator>(block.owner), block, 1);
}

/** `count` consecutive slots of one CNode. -> Out.cap: the first of them */
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

/** Takes a slot of one of the allocator's blocks back. `LIB_ERR_SLOT_UNALLOCATED` if it is free already. */
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
