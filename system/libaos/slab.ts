/**
 * The slab allocator. It hands out blocks of one size, cut from memory that the caller gives it.
 *
 * `slabGrow` makes slabs from a buffer. A page-aligned buffer becomes one slab for each page. Any other buffer becomes
 * one slab, called "odd". The header of a slab is in front of its blocks:
 *
 *      0       4       8      12         16         20     24      28       32        40
 *     +-------+-------+------+----------+----------+------+-------+--------+---------+---------------------+
 *     | magic | owner | next | previous | freeList | free | total | blocks | nextOdd | blocks, end to end  |
 *     +-------+-------+------+----------+----------+------+-------+--------+---------+---------------------+
 *
 * A free block holds the link to the next free block and a mark computed from its own address:
 *
 *      0       4       8
 *     +-------+-------+------------------+
 *     | next  | mark  | old bytes        |
 *     +-------+-------+------------------+
 *
 * An allocation takes a block of the first slab that has a free one. `slabFree` finds the slab at the start of the
 * block's page. It refuses an address that is not the start of a block of this allocator, and a block that is free
 * already. If a block has the mark, `slabFree` also searches the free list, because the user of a block may have
 * written the mark by chance. All operations take constant time, except for this search and for a free into an odd
 * slab. (An allocator has one odd slab, the static buffer that it starts with.)
 *
 * A caller that owns a block, such as libmm, gives it back with `slabGive`, which checks nothing. The block becomes the
 * spare block, and the next allocation takes it. So taking and giving blocks in turn touches no slab.
 *
 * Refill must start early. `slabEnsure` at the start of a public operation keeps a reserve, because the refill itself
 * needs memory and so needs blocks. `reserves.ts` counts how many.
 */
import { LIB_ERR_SLAB_ALLOC_FAIL, LIB_ERR_SLAB_REFILL, SYS_ERR_OK } from "../kpi/errno";
import { errIsFail, errPush, errval_t } from "../kpi/errval";
import { BASE_PAGE_MASK, BASE_PAGE_SIZE } from "../kpi/types";
import { faultDue } from "./faults";
import { FaultKind } from "./layout/fault-kind";
import { SLAB_MAGIC, SlabLayout, SlabsLayout } from "./layout/slab-layout";

/**
 * A function that gives a slab allocator more memory, by calling `slabGrow` on it. It is not called again while it runs:
 * nested requests get the blocks that are left.
 */
export type SlabRefillFunction = (slabs: Slabs) => errval_t;

/** Bytes of a slab allocator's record, `Slabs`. Reserve that many, at a multiple of 8, for a record of your own. */
export const SLABS_SIZE: u32 = SlabsLayout.SIZE;
/** Bytes of the link and the mark in a free block. */
export const SLAB_BLOCK_HDRSIZE: u32 = 8;
const SLAB_ALIGNMENT = 8;
const FREE_MARK: u32 = 0xf7eeb10c;

/**
 * A slab allocator: blocks of one size, cut from memory that the caller gives it. Read the fields if you like; only the
 * functions of this section change them.
 */
@unmanaged
export class Slabs {
  /** Bytes from one block to the next: the requested size, rounded up so that every block is aligned for any field. */
  blockSize: u32;
  /** Number of free blocks. */
  free: u32;
  /** Number of all blocks, free or allocated. */
  total: u32;
  // Slabs with free blocks, and slabs without free blocks.
  partial: Slab | null;
  full: Slab | null;
  // Slabs whose header is not at the start of the block's page.
  odd: Slab | null;
  // The range of addresses that contains all slabs.
  low: u32;
  high: u32;
  /** The function that gets more memory; null if there is none. */
  refill: SlabRefillFunction | null;
  /** 1 while the refill function runs; nested requests are then served from the free blocks. */
  refilling: u32;
  /** Number of refills that succeeded. */
  refills: u32;
  /** Number of refills that failed. */
  failedRefills: u32;
  // The block that `slabGive` took back last: a free block that is in no list. 0 if there is none.
  spare: usize;
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

  /** Is this a slab of `slabs`? Other memory can start a page, too. */
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

/** Can a page hold a header and a block, if blocks are `blockSize` bytes apart? */
function fitsPage(blockSize: u32): bool {
  return blockSize <= BASE_PAGE_SIZE - SlabLayout.SIZE;
}

/**
 * Size of a buffer for `count` blocks that are `blockSize` bytes apart. The buffer may start at any aligned address, so
 * the size includes a header for each page. `count * blockSize` is below 2^63.
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
 * Bytes of a buffer for at least `count` blocks of size `size`. The buffer is aligned to 8 bytes or to a page. The
 * result is `U32.MAX_VALUE`, which is larger than any buffer, if 32 bits cannot express it.
 */
export function slabStaticSize(count: u32, size: u32): u32 {
  return u32(min<u64>(slabBufferSize(count, slabRealBlockSize(size)), U32.MAX_VALUE));
}

/**
 * Starts an allocator without memory. The bytes of the record may have any value before.
 *
 * @param slabs the record: `SLABS_SIZE` bytes
 * @param blockSize bytes of a block, at least 1; rounded up to a multiple of 8
 * @param refill called when a block is requested and none is free; null if the owner calls `slabGrow` itself
 * @example
 * const mine = changetype<Slabs>(memory.data(SLABS_SIZE, 8));
 * slabInit(mine, 32, slabDefaultRefill);
 */
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
  slabs.spare = 0;
}

/** The list that starts at `Slabs.partial` or `Slabs.full`. */
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

/** Makes one slab from a buffer. Returns false if not even one block fits. */
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

  // The blocks of the free list are in ascending order.
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

/**
 * Adds the memory of a buffer for good. A header of 40 bytes in front of the blocks takes part of it; a page-aligned
 * buffer gets one for each page.
 *
 * @param buffer address of memory that is mapped and that is not used for anything else
 * @param bytes size of the buffer
 * @returns SYS_ERR_OK; `LIB_ERR_SLAB_REFILL` if no block fits, or if the allocator was never set up (all zero)
 * @example
 * const buffer = memory.data(4096, 8);
 * return slabGrow(slabs, buffer, 4096);
 */
export function slabGrow(slabs: Slabs, buffer: usize, bytes: u32): errval_t {
  let start = u32(buffer);
  if (slabs.blockSize == 0 || u64(start) + bytes > u64(U32.MAX_VALUE)) return LIB_ERR_SLAB_REFILL;
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

/** Calls the refill function unless it is running already. Success does not mean that blocks are now free. */
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
 * Refills an allocator that has fewer than `reserve` free blocks. Call it at the start of an operation, before reading
 * anything that an allocation may change. A failure matters only if the operation later finds no free block.
 */
export function slabEnsure(slabs: Slabs, reserve: u32): errval_t {
  return slabs.free >= reserve ? SYS_ERR_OK : refillNow(slabs);
}

/** The latest allocation that failed. */
class Failure {
  /** The error of its refill. `SYS_ERR_OK` if there was no refill, or if the refill gave no block. */
  static refill: errval_t = SYS_ERR_OK;
}

/** The error `code`. If a refill failed before, `code` is pushed on the refill's error, which is the cause. */
export function slabFailure(refilled: errval_t, code: u32): errval_t {
  return errIsFail(refilled) ? errPush(refilled, code) : code;
}

/** The error of an allocation that has just returned 0. It contains the reason if a refill failed. */
export function slabAllocError(): errval_t {
  return slabFailure(Failure.refill, LIB_ERR_SLAB_ALLOC_FAIL);
}

/**
 * Allocates a block and clears it. If no block is free, it calls the refill function first.
 *
 * @returns the address of the block, a multiple of 8; 0 if no block is free and a refill gives none
 * @example
 * const block = slabAlloc(slabs);
 * if (block == 0) return LIB_ERR_SLAB_ALLOC_FAIL;
 * const record = changetype<PageTable>(block); // any @unmanaged class that is not larger than a block
 */
export function slabAlloc(slabs: Slabs): usize {
  if (!faultDue(FaultKind.SLAB)) return slabTake(slabs);
  Failure.refill = SYS_ERR_OK;
  return 0;
}

/** Does the same as `slabAlloc` without fault injection, for callers that have made sure that a block is free. */
export function slabTake(slabs: Slabs): usize {
  const spare = slabs.spare;
  if (spare != 0) {
    slabs.spare = 0;
    slabs.free--;
    return cleared(slabs, spare);
  }
  let slab = slabs.partial;
  if (!slab) {
    const refilled = refillNow(slabs);
    slab = slabs.partial;
    if (!slab) {
      Failure.refill = refilled;
      return 0;
    }
  }
  const block = slab.freeList;
  slab.freeList = changetype<FreeBlock>(block).next;
  slabs.free--;
  if (--slab.free == 0) {
    partialSlabs(slabs).remove(slab);
    fullSlabs(slabs).add(slab);
  }
  return cleared(slabs, block);
}

/** Clears a block; returns it. */
function cleared(slabs: Slabs, block: usize): usize {
  const end = block + slabs.blockSize;
  for (let word = block; word < end; word += 8) store<u64>(word, 0);
  return block;
}

/** The slab that contains a block; null if no slab of this allocator does. */
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

/** Is `number` a multiple of `size`? (The processor has no instruction for divisions, and most sizes are powers of two.) */
function isMultiple(number: u32, size: u32): bool {
  const isPowerOfTwo = (size & (size - 1)) == 0;
  return (isPowerOfTwo ? number & (size - 1) : number % size) == 0;
}

function isInFreeList(slab: Slab, block: usize): bool {
  for (let free = slab.freeList; free != 0; free = changetype<FreeBlock>(free).next) {
    if (free == block) return true;
  }
  return false;
}

/**
 * Takes a block back; a block of 0 has no effect. Anything but an allocated block of this allocator is refused with
 * `LIB_ERR_SLAB_ALLOC_FAIL`. (An unmapped address that lies between the slabs causes a fault, as reading it would.) The
 * first bytes of a free block belong to the allocator: read what you need of a block before you free it.
 *
 * @example
 * const block = slabAlloc(slabs);
 * if (block == 0) return LIB_ERR_SLAB_ALLOC_FAIL;
 * return slabFree(slabs, block);
 */
export function slabFree(slabs: Slabs, block: usize): errval_t {
  if (block == 0) return SYS_ERR_OK;
  const slab = slabOf(slabs, u32(block));
  if (!slab || !isMultiple(u32(block) - slab.blocks, slabs.blockSize)) return LIB_ERR_SLAB_ALLOC_FAIL;
  if (block == slabs.spare) return LIB_ERR_SLAB_ALLOC_FAIL;
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

/** Takes back a block without checking it, for a caller that owns the block. The next allocation gets it. */
export function slabGive(slabs: Slabs, block: usize): void {
  const before = slabs.spare;
  slabs.spare = block;
  if (before == 0) slabs.free++;
  else slabFree(slabs, before);
}

/**
 * Number of free blocks in all slabs. Refill an allocator while some are left, because the refill itself may need some.
 *
 * @example
 * if (slabFreecount(slabs) < 16) debugPrintf("only %u blocks left\n", slabFreecount(slabs));
 */
export function slabFreecount(slabs: Slabs): u32 {
  return slabs.free;
}
