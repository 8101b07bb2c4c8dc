/**
 * A buddy allocator. Every block has 2^order pages, and its address is a multiple of its size.
 *
 * A region is cut into such blocks when it is added. A block that is too large is halved, and the upper halves stay free.
 * A freed block is joined with its buddy, the other half, as long as the buddy is free and in the same region.
 */
import {
  BASE_PAGE_SIZE,
  capDelete,
  capDestroy,
  capRetype,
  capref,
  errIsFail,
  errPush,
  errval_t,
  genpaddr_t,
  gensize_t,
  LIB_ERR_CAP_RETYPE,
  LIB_ERR_RAM_ALLOC_WRONG_SIZE,
  MM_ERR_CHUNK_SLOT_ALLOC,
  MM_ERR_MM_FREE,
  MM_ERR_NEW_NODE,
  MM_ERR_NOT_FOUND,
  MM_ERR_OUT_OF_BOUNDS,
  Out,
  SLABS_SIZE,
  SlabRefillFunction,
  Slabs,
  SYS_ERR_OK,
  slabAlloc,
  slabDefaultRefill,
  slabFree,
  slabFreecount,
  slabInit,
  slotFree,
} from "../libaos";

export type SlotAllocFunction = (instance: usize, count: u32) => errval_t;
export type SlotRefillFunction = (instance: usize) => errval_t;

/** Blocks have at most 2^18 pages: 1 GiB. */
const ORDERS: u32 = 19;
/** The lists: one of free blocks for each order, one of blocks that are handed out, and one of regions. */
const ALLOCATED: u32 = ORDERS;
const REGIONS: u32 = ORDERS + 1;
const LISTS: u32 = ORDERS + 2;

/** A refill starts when fewer nodes are left. One allocation may halve a block 18 times, and a refill allocates twice. */
const NODE_RESERVE: u32 = 56;

/** A block, or a region. */
@unmanaged
export class MmNode {
  base: genpaddr_t;
  /** The region that a block lies in. */
  region: MmNode;
  next: MmNode | null;
  prev: MmNode | null;
  order: u32;
  /** Of a region: its capability and its size. */
  cap: capref;
  bytes: gensize_t;
}

@unmanaged
export class Mm {
  objtype: u32;
  slotAlloc: SlotAllocFunction;
  slotRefill: SlotRefillFunction;
  slotAllocInst: usize;
  slabRefill: SlabRefillFunction;
  refilling: bool;

  get slabs(): Slabs {
    return changetype<Slabs>(changetype<usize>(this) + SLABS_OFFSET);
  }
  /** The heads of the lists follow the slabs. */
  head(list: u32): MmNode | null {
    return changetype<MmNode | null>(<usize>load<u32>(changetype<usize>(this) + HEADS_OFFSET + list * 4));
  }
  setHead(list: u32, node: MmNode | null): void {
    store<u32>(changetype<usize>(this) + HEADS_OFFSET + list * 4, u32(changetype<usize>(node)));
  }
}

const SLABS_OFFSET: u32 = (<u32>offsetof<Mm>() + 7) & ~7;
const HEADS_OFFSET: u32 = SLABS_OFFSET + SLABS_SIZE;
export const MM_SIZE: u32 = HEADS_OFFSET + LISTS * 4;
export const MM_NODE_SIZE: u32 = <u32>offsetof<MmNode>();

export function mmInit(
  mm: Mm,
  objtype: u32,
  slabRefill: SlabRefillFunction | null,
  slotAlloc: SlotAllocFunction,
  slotRefill: SlotRefillFunction,
  slotAllocInst: usize,
): errval_t {
  mm.objtype = objtype;
  mm.slotAlloc = slotAlloc;
  mm.slotRefill = slotRefill;
  mm.slotAllocInst = slotAllocInst;
  mm.slabRefill = slabRefill === null ? slabDefaultRefill : slabRefill;
  mm.refilling = false;
  for (let list: u32 = 0; list < LISTS; list++) mm.setHead(list, null);
  slabInit(mm.slabs, MM_NODE_SIZE, mm.slabRefill);
  return SYS_ERR_OK;
}

// ---- lists ----

function push(mm: Mm, list: u32, node: MmNode): void {
  const head = mm.head(list);
  node.prev = null;
  node.next = head;
  if (head) head.prev = node;
  mm.setHead(list, node);
}

function unlink(mm: Mm, list: u32, node: MmNode): void {
  const prev = node.prev;
  const next = node.next;
  if (prev) prev.next = next;
  else mm.setHead(list, next);
  if (next) next.prev = prev;
}

/** The block of a list that starts at `base` and belongs to `region`, or to any region if that is null. */
function find(mm: Mm, list: u32, base: genpaddr_t, region: MmNode | null): MmNode | null {
  let node = mm.head(list);
  while (node) {
    if (node.base == base && (!region || node.region === region)) return node;
    node = node.next;
  }
  return null;
}

// ---- blocks ----

function bytesOf(order: u32): u64 {
  return u64(BASE_PAGE_SIZE) << order;
}

/** The smallest order whose blocks have at least `bytes` bytes. `ORDERS` if there is none. */
function orderFor(bytes: u64): u32 {
  let order: u32 = 0;
  while (order < ORDERS && bytesOf(order) < bytes) order++;
  return order;
}

/** Adds a free block. */
function addBlock(mm: Mm, region: MmNode, base: genpaddr_t, order: u32): void {
  const block = changetype<MmNode>(slabAlloc(mm.slabs));
  block.base = base;
  block.order = order;
  block.region = region;
  push(mm, order, block);
}

/** The order of the largest block that can start at `base` and ends at or below `end`. */
function largestAt(base: genpaddr_t, end: genpaddr_t): u32 {
  let order: u32 = 0;
  while (order + 1 < ORDERS && base % bytesOf(order + 1) == 0 && bytesOf(order + 1) <= end - base) order++;
  return order;
}

/** Number of blocks that a region is cut into. */
function countBlocks(base: genpaddr_t, end: genpaddr_t): u32 {
  let count: u32 = 0;
  for (let at = base; at < end; at += bytesOf(largestAt(at, end))) count++;
  return count;
}

export function mmAdd(mm: Mm, cap: capref, base: genpaddr_t, size: gensize_t): errval_t {
  const end = base + size;
  if (size == 0 || end < base || base % BASE_PAGE_SIZE != 0 || end % BASE_PAGE_SIZE != 0) return MM_ERR_OUT_OF_BOUNDS;
  // One node is for the region itself.
  if (slabFreecount(mm.slabs) < countBlocks(base, end) + 1) return MM_ERR_NEW_NODE;
  const region = changetype<MmNode>(slabAlloc(mm.slabs));
  region.cap = cap;
  region.base = base;
  region.bytes = size;
  push(mm, REGIONS, region);
  for (let at = base; at < end; ) {
    const order = largestAt(at, end);
    addBlock(mm, region, at, order);
    at += bytesOf(order);
  }
  return SYS_ERR_OK;
}

/** Takes a free block of an order out of its list, after halving a larger one if necessary. */
function takeBlock(mm: Mm, order: u32): MmNode | null {
  let found = order;
  while (found < ORDERS && !mm.head(found)) found++;
  if (found == ORDERS) return null;
  const block = changetype<MmNode>(mm.head(found));
  unlink(mm, found, block);
  halve(mm, block, found, order);
  return block;
}

/** Halves a block that is in no list until its order is `wanted`. The upper halves become free blocks. */
function halve(mm: Mm, block: MmNode, order: u32, wanted: u32): void {
  while (order > wanted) {
    order--;
    addBlock(mm, block.region, block.base + bytesOf(order), order);
  }
  block.order = wanted;
}

/** Makes a block free that is in no list, and joins it with its buddy as often as possible. */
function giveBlock(mm: Mm, block: MmNode): void {
  while (block.order + 1 < ORDERS) {
    const buddy = find(mm, block.order, block.base ^ bytesOf(block.order), block.region);
    if (!buddy) break;
    unlink(mm, buddy.order, buddy);
    block.base = min(block.base, buddy.base);
    block.order++;
    slabFree(mm.slabs, changetype<usize>(buddy));
  }
  push(mm, block.order, block);
}

/** Refills nodes and slots. Both may allocate from this manager. */
function refill(mm: Mm): void {
  if (slabFreecount(mm.slabs) < NODE_RESERVE && !mm.refilling) {
    mm.refilling = true;
    const slabRefill = mm.slabRefill;
    slabRefill(mm.slabs);
    mm.refilling = false;
  }
  const slotRefill = mm.slotRefill;
  slotRefill(mm.slotAllocInst);
}

/** Hands out a block of order `order` at a multiple of the size of order `aligned`, with a capability in `slot`. */
function take(mm: Mm, order: u32, aligned: u32, slot: capref): errval_t {
  if (slabFreecount(mm.slabs) < ORDERS) return MM_ERR_NEW_NODE;
  const block = takeBlock(mm, max(order, aligned));
  if (!block) return MM_ERR_NOT_FOUND;
  // The lower end of a block that is as large as the alignment.
  halve(mm, block, block.order, order);
  const region = block.region;
  const err = capRetype(slot, region.cap, block.base - region.base, mm.objtype, bytesOf(order), 1);
  if (errIsFail(err)) {
    giveBlock(mm, block);
    return errPush(err, LIB_ERR_CAP_RETYPE);
  }
  push(mm, ALLOCATED, block);
  return SYS_ERR_OK;
}

export function mmAllocAligned(mm: Mm, size: u64, alignment: u64): errval_t {
  if (size == 0) return LIB_ERR_RAM_ALLOC_WRONG_SIZE;
  const order = orderFor(size);
  const aligned = orderFor(alignment);
  if (order == ORDERS || aligned == ORDERS) return MM_ERR_NOT_FOUND;

  refill(mm);
  const slotAlloc = mm.slotAlloc;
  let err = slotAlloc(mm.slotAllocInst, 1);
  if (errIsFail(err)) return errPush(err, MM_ERR_CHUNK_SLOT_ALLOC);
  const slot = Out.cap;
  err = take(mm, order, aligned, slot);
  if (errIsFail(err)) {
    slotFree(slot);
    return err;
  }
  Out.cap = slot;
  return SYS_ERR_OK;
}

export function mmAlloc(mm: Mm, size: u64): errval_t {
  return mmAllocAligned(mm, size, BASE_PAGE_SIZE);
}

export function mmFree(mm: Mm, cap: capref, base: genpaddr_t, size: gensize_t): errval_t {
  const block = find(mm, ALLOCATED, base, null);
  if (!block || block.order != orderFor(size)) return errPush(MM_ERR_NOT_FOUND, MM_ERR_MM_FREE);
  const err = capDestroy(cap);
  if (errIsFail(err)) return errPush(err, MM_ERR_MM_FREE);
  unlink(mm, ALLOCATED, block);
  giveBlock(mm, block);
  return SYS_ERR_OK;
}

export function mmDestroy(mm: Mm): void {
  for (let list: u32 = 0; list < LISTS; list++) {
    let node = mm.head(list);
    while (node) {
      const next: MmNode | null = node.next;
      if (list == REGIONS) capDelete(node.cap);
      slabFree(mm.slabs, changetype<usize>(node));
      node = next;
    }
    mm.setHead(list, null);
  }
}
