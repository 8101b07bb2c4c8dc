/**
 * The slab allocator: blocks of one size, cut from memory that is handed in.
 *
 * `slabGrow` makes slabs of a buffer: page-aligned buffers become one slab for each page, any other buffer becomes one
 * slab of its own ("odd"). A slab's header stands before its blocks:
 *
 *      0       4       8      12         16         20     24      28       32        40
 *     +-------+-------+------+----------+----------+------+-------+--------+---------+---------------------+
 *     | magic | owner | next | previous | freeList | free | total | blocks | nextOdd | blocks, end to end  |
 *     +-------+-------+------+----------+----------+------+-------+--------+---------+---------------------+
 *
 * A free block holds the link to the next one and a mark made of its own address:
 *
 *      0       4       8
 *     +-------+-------+------------------+
 *     | next  | mark  | old bytes        |
 *     +-------+-------+------------------+
 *
 * Allocation takes a block of the first slab that has one. Free finds the slab at the start of the block's page, and
 * refuses blocks that are no block of ours, misaligned, or free already: whoever wrote the mark into his own block by
 * chance is believed after a look at the free list. Everything takes constant time but that look, and a free into an
 * odd slab (there is one, the static buffer an allocator begins with).
 *
 * Refill must come early: `slabEnsure` at the start of a public operation keeps a reserve that the refill itself, which
 * needs memory and therefore blocks, lives on. `reserves.ts` counts how much that is.
 */
import { LIB_ERR_SLAB_ALLOC_FAIL, LIB_ERR_SLAB_REFILL, SYS_ERR_OK } from "../kpi/errno";
import { errIsFail, errval_t } from "../kpi/errval";
import { BASE_PAGE_MASK, BASE_PAGE_SIZE } from "../kpi/types";
import { faultDue } from "./faults";
import { FaultKind } from "./layout/fault-kind";
import { SLAB_MAGIC, SlabLayout, SlabsLayout } from "./layout/slab-layout";

/** Gives a slab allocator more memory, by calling `slabGrow`. */
export type SlabRefillFunction = (slabs: Slabs) => errval_t;

/** Room for a link and a mark. */
export const SLAB_BLOCK_HDRSIZE: u32 = 8;
const SLAB_ALIGNMENT = 8;
const FREE_MARK: u32 = 0xf7eeb10c;

/** A slab allocator. */
@unmanaged
export class Slabs {
  /** Bytes from one block to the next: the size asked for, rounded up so that each is aligned for any field. */
  blockSize: u32;
  /** Free blocks, and all blocks. */
  free: u32;
  total: u32;
  /** Slabs with free blocks, and slabs without. */
  partial: Slab | null;
  full: Slab | null;
  /** Slabs whose header is not found at the start of the block's page. */
  odd: Slab | null;
  /** The range of addresses that all slabs lie in. */
  low: u32;
  high: u32;
  refill: SlabRefillFunction | null;
  /** 1 while the refill function runs: nested requests are served from what is left. */
  refilling: u32;
  /** Refills that worked, and those that did not. */
  refills: u32;
  failedRefills: u32;
}

if (offsetof<Slabs>("partial") != SlabsLayout.PARTIAL) ERROR("Slabs: partial");
if (offsetof<Slabs>("refill") != SlabsLayout.REFILL) ERROR("Slabs: refill");
if (offsetof<Slabs>() != SlabsLayout.SIZE) ERROR("Slabs: size");

@unmanaged
class Slab {
  magic: u32;
  owner: Slabs;
  next: Slab | null;
  previous: Slab | null;
  freeList: usize;
  free: u32;
  total: u32;
  /** Address of the first block. */
  blocks: u32;
  nextOdd: Slab | null;

  /** Is this really a slab of `slabs`, and not just memory at the start of a page? */
  isOf(slabs: Slabs): bool {
    return this.magic == (u32(changetype<usize>(this)) ^ SLAB_MAGIC) && this.owner === slabs;
  }

  holds(block: u32, blockSize: u32): bool {
    return block >= this.blocks && block - this.blocks < this.total * blockSize;
  }
}

if (offsetof<Slab>("freeList") != SlabLayout.FREE_LIST) ERROR("Slab: freeList");
if (offsetof<Slab>("nextOdd") != SlabLayout.NEXT_ODD) ERROR("Slab: nextOdd");
if (offsetof<Slab>() > <usize>SlabLayout.SIZE || SlabLayout.SIZE % SLAB_ALIGNMENT != 0) ERROR("Slab: size");

/** A block while it is free. */
@unmanaged
class FreeBlock {
  next: usize;
  mark: u32;
}

/** Bytes from one block of size `size` to the next. */
export function slabRealBlockSize(size: u32): u32 {
  return max((size + SLAB_ALIGNMENT - 1) & ~(SLAB_ALIGNMENT - 1), SLAB_BLOCK_HDRSIZE);
}

/** Does a page hold its header and a block that is `blockSize` bytes from the next? */
function fitsPage(blockSize: u32): bool {
  return blockSize <= BASE_PAGE_SIZE - SlabLayout.SIZE;
}

/**
 * Bytes of a buffer for `count` blocks, `blockSize` bytes from one to the next, wherever it begins: a buffer that is aligned
 * to a page has a header in each page. `count * blockSize` is below 2^63.
 */
export function slabBufferSize(count: u64, blockSize: u32): u64 {
  const inOneSlab = count * blockSize + SlabLayout.SIZE;
  if (!fitsPage(blockSize)) return inOneSlab;
  const perPage = (BASE_PAGE_SIZE - SlabLayout.SIZE) / blockSize;
  const rest = count % perPage;
  const lastPage: u64 = rest == 0 ? 0 : rest * blockSize + SlabLayout.SIZE;
  return max<u64>(inOneSlab, (count / perPage) * BASE_PAGE_SIZE + lastPage);
}

/**
 * Bytes of a buffer, aligned to 8 bytes or to a page, for at least `count` blocks of size `size`. `U32.MAX_VALUE`, which is
 * more than any buffer has, if 32 bits cannot express them.
 */
export function slabStaticSize(count: u32, size: u32): u32 {
  return u32(min<u64>(slabBufferSize(count, slabRealBlockSize(size)), U32.MAX_VALUE));
}

/** An allocator without memory. `refill` may be null: then somebody calls `slabGrow`. */
export function slabInit(slabs: Slabs, blockSize: u32, refill: SlabRefillFunction | null): void {
  slabs.blockSize = slabRealBlockSize(blockSize);
  slabs.free = 0;
  slabs.total = 0;
  slabs.partial = null;
  slabs.full = null;
  slabs.odd = null;
  slabs.low = U32.MAX_VALUE;
  slabs.high = 0;
  slabs.refill = refill;
  slabs.refilling = 0;
  slabs.refills = 0;
  slabs.failedRefills = 0;
}

/** A list that `Slabs.partial` or `Slabs.full` begins. */
@unmanaged
class SlabList {
  first: Slab | null;

  add(slab: Slab): void {
    const first = this.first;
    slab.previous = null;
    slab.next = first;
    if (first) first.previous = slab;
    this.first = slab;
  }

  remove(slab: Slab): void {
    const next = slab.next;
    const previous = slab.previous;
    if (next) next.previous = previous;
    if (previous) previous.next = next;
    else this.first = next;
  }
}

function partialSlabs(slabs: Slabs): SlabList {
  return changetype<SlabList>(changetype<usize>(slabs) + SlabsLayout.PARTIAL);
}

function fullSlabs(slabs: Slabs): SlabList {
  return changetype<SlabList>(changetype<usize>(slabs) + SlabsLayout.FULL);
}

/** Makes one slab of a buffer; false if not even one block fits. */
function addSlab(slabs: Slabs, buffer: u32, bytes: u32, isOdd: bool): bool {
  const blockSize = slabs.blockSize;
  const total = bytes < <u32>SlabLayout.SIZE ? 0 : (bytes - SlabLayout.SIZE) / blockSize;
  if (total == 0) return false;
  const slab = changetype<Slab>(usize(buffer));
  slab.magic = buffer ^ SLAB_MAGIC;
  slab.owner = slabs;
  slab.free = total;
  slab.total = total;
  slab.blocks = buffer + SlabLayout.SIZE;

  // The free list runs in ascending order.
  let next: u32 = 0;
  for (let block = slab.blocks + (total - 1) * blockSize; block >= slab.blocks; block -= blockSize) {
    const freeBlock = changetype<FreeBlock>(usize(block));
    freeBlock.next = next;
    freeBlock.mark = block ^ FREE_MARK;
    next = block;
  }
  slab.freeList = next;

  slab.nextOdd = null;
  if (isOdd) {
    slab.nextOdd = slabs.odd;
    slabs.odd = slab;
  }
  partialSlabs(slabs).add(slab);
  slabs.free += total;
  slabs.total += total;
  slabs.low = min(slabs.low, buffer);
  slabs.high = max(slabs.high, buffer + bytes);
  return true;
}

/** Adds the memory of a buffer, for ever. `LIB_ERR_SLAB_REFILL` if no block fits into it. */
export function slabGrow(slabs: Slabs, buffer: usize, bytes: u32): errval_t {
  let start = u32(buffer);
  if (u64(start) + bytes > u64(U32.MAX_VALUE)) return LIB_ERR_SLAB_REFILL;
  const perPage = (start & BASE_PAGE_MASK) == 0 && fitsPage(slabs.blockSize);
  if (!perPage) {
    const skip: u32 = (SLAB_ALIGNMENT - (start & (SLAB_ALIGNMENT - 1))) & (SLAB_ALIGNMENT - 1);
    return bytes > skip && addSlab(slabs, start + skip, bytes - skip, true) ? SYS_ERR_OK : LIB_ERR_SLAB_REFILL;
  }
  let any = false;
  for (let left = bytes; left > 0; ) {
    const part = min<u32>(left, BASE_PAGE_SIZE);
    if (addSlab(slabs, start, part, false)) any = true;
    start += part;
    left -= part;
  }
  return any ? SYS_ERR_OK : LIB_ERR_SLAB_REFILL;
}

/** Calls the refill function unless it is running already. Success says nothing about how much there is now. */
function refillNow(slabs: Slabs): errval_t {
  const refill = slabs.refill;
  if (refill === null || slabs.refilling != 0) return SYS_ERR_OK;
  slabs.refilling = 1;
  const err = refill(slabs);
  slabs.refilling = 0;
  if (errIsFail(err)) slabs.failedRefills++;
  else slabs.refills++;
  return err;
}

/**
 * Refills an allocator that has fewer than `reserve` free blocks. To be called at the start of an operation, before it
 * reads anything that an allocation may change. A failure matters only if the operation then finds no block.
 */
export function slabEnsure(slabs: Slabs, reserve: u32): errval_t {
  return slabs.free >= reserve ? SYS_ERR_OK : refillNow(slabs);
}

/** A zeroed block; 0 if there is none and none can be had. */
export function slabAlloc(slabs: Slabs): usize {
  return faultDue(FaultKind.SLAB) ? 0 : slabTake(slabs);
}

/** The same for a caller who has made sure that there is one. */
export function slabTake(slabs: Slabs): usize {
  let slab = slabs.partial;
  if (!slab) {
    refillNow(slabs);
    slab = slabs.partial;
    if (!slab) return 0;
  }
  const block = slab.freeList;
  slab.freeList = changetype<FreeBlock>(block).next;
  slabs.free--;
  if (--slab.free == 0) {
    partialSlabs(slabs).remove(slab);
    fullSlabs(slabs).add(slab);
  }
  const end = block + slabs.blockSize;
  for (let word = block; word < end; word += 8) store<u64>(word, 0);
  return block;
}

/** The slab that a block lies in; null if it is none of ours. */
function slabOf(slabs: Slabs, block: u32): Slab | null {
  if (block < slabs.low || block >= slabs.high) return null;
  const paged = changetype<Slab>(usize(block & ~BASE_PAGE_MASK));
  if (paged.isOf(slabs) && paged.holds(block, slabs.blockSize)) return paged;
  let odd = slabs.odd;
  while (odd) {
    if (odd.holds(block, slabs.blockSize)) return odd;
    odd = odd.nextOdd;
  }
  return null;
}

function isInFreeList(slab: Slab, block: usize): bool {
  for (let free = slab.freeList; free != 0; free = changetype<FreeBlock>(free).next) {
    if (free == block) return true;
  }
  return false;
}

/**
 * Takes a block back; 0 is taken without effect. What is no allocated block of this allocator is refused with
 * `LIB_ERR_SLAB_ALLOC_FAIL`. (A wild address between the slabs that is not mapped faults, as reading it would.)
 */
export function slabFree(slabs: Slabs, block: usize): errval_t {
  if (block == 0) return SYS_ERR_OK;
  const slab = slabOf(slabs, u32(block));
  if (!slab || (u32(block) - slab.blocks) % slabs.blockSize != 0) return LIB_ERR_SLAB_ALLOC_FAIL;
  const freed = changetype<FreeBlock>(block);
  const mark = u32(block) ^ FREE_MARK;
  if (freed.mark == mark && isInFreeList(slab, block)) return LIB_ERR_SLAB_ALLOC_FAIL;

  freed.next = slab.freeList;
  freed.mark = mark;
  slab.freeList = block;
  slabs.free++;
  if (slab.free++ == 0) {
    fullSlabs(slabs).remove(slab);
    partialSlabs(slabs).add(slab);
  }
  return SYS_ERR_OK;
}

/** Free blocks in all slabs. */
export function slabFreecount(slabs: Slabs): u32 {
  return slabs.free;
}
