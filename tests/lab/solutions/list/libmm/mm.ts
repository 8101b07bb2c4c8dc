/**
 * A memory manager with one list of all pieces, free or handed out, in the order of their addresses.
 *
 * Each piece knows the capability of its region. Capabilities are always made from that one, so that two free
 * neighbours of one region can be joined by changing the list only.
 */
import {
  BASE_PAGE_MASK,
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

const FREE: u32 = 0;
const ALLOCATED: u32 = 1;

/** A refill starts when fewer nodes than this are left. The refill itself allocates memory, and so needs nodes. */
const NODE_RESERVE: u32 = 24;

@unmanaged
export class MmNode {
  base: genpaddr_t;
  bytes: gensize_t;
  /** The capability of the region, and the address of its first byte. */
  regionCap: capref;
  regionBase: genpaddr_t;
  prev: MmNode | null;
  next: MmNode | null;
  state: u32;

  get end(): genpaddr_t {
    return this.base + this.bytes;
  }
}

@unmanaged
export class Mm {
  objtype: u32;
  slotAlloc: SlotAllocFunction;
  slotRefill: SlotRefillFunction;
  slotAllocInst: usize;
  slabRefill: SlabRefillFunction;
  /** The piece with the lowest address. */
  head: MmNode | null;
  /** True while the slabs are being refilled. */
  refilling: bool;

  get slabs(): Slabs {
    return changetype<Slabs>(changetype<usize>(this) + SLABS_OFFSET);
  }
}

const SLABS_OFFSET: u32 = (<u32>offsetof<Mm>() + 7) & ~7;
export const MM_SIZE: u32 = SLABS_OFFSET + SLABS_SIZE;
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
  mm.head = null;
  mm.refilling = false;
  slabInit(mm.slabs, MM_NODE_SIZE, mm.slabRefill);
  return SYS_ERR_OK;
}

/** Puts a node into the list behind `prev`, or at the head if `prev` is null. */
function insertAfter(mm: Mm, prev: MmNode | null, node: MmNode): void {
  const next = prev ? prev.next : mm.head;
  node.prev = prev;
  node.next = next;
  if (prev) prev.next = node;
  else mm.head = node;
  if (next) next.prev = node;
}

/** Takes a node out of the list and gives it back to the slabs. */
function remove(mm: Mm, node: MmNode): void {
  const prev = node.prev;
  const next = node.next;
  if (prev) prev.next = next;
  else mm.head = next;
  if (next) next.prev = prev;
  slabFree(mm.slabs, changetype<usize>(node));
}

export function mmAdd(mm: Mm, cap: capref, base: genpaddr_t, size: gensize_t): errval_t {
  if (size == 0 || base + size < base) return MM_ERR_OUT_OF_BOUNDS;
  const block = slabAlloc(mm.slabs);
  if (block == 0) return MM_ERR_NEW_NODE;
  const node = changetype<MmNode>(block);
  node.base = base;
  node.bytes = size;
  node.regionCap = cap;
  node.regionBase = base;
  node.state = FREE;

  // Find the last piece below the new one.
  let prev: MmNode | null = null;
  let next = mm.head;
  while (next && next.base < base) {
    prev = next;
    next = next.next;
  }
  insertAfter(mm, prev, node);
  return SYS_ERR_OK;
}

/** The first multiple of `alignment` in a piece. It may lie past the end. */
function alignedBase(node: MmNode, alignment: u64): genpaddr_t {
  return (node.base + alignment - 1) & ~(alignment - 1);
}

/** The first free piece with room for `bytes` bytes at a multiple of `alignment`. */
function findFree(mm: Mm, bytes: u64, alignment: u64): MmNode | null {
  let node = mm.head;
  while (node) {
    if (node.state == FREE) {
      const skipped = alignedBase(node, alignment) - node.base;
      if (skipped <= node.bytes && bytes <= node.bytes - skipped) return node;
    }
    node = node.next;
  }
  return null;
}

/** Cuts a piece at `base`. The new node stands for the upper part. */
function split(mm: Mm, node: MmNode, base: genpaddr_t): MmNode {
  const upper = changetype<MmNode>(slabAlloc(mm.slabs));
  upper.base = base;
  upper.bytes = node.end - base;
  upper.regionCap = node.regionCap;
  upper.regionBase = node.regionBase;
  upper.state = node.state;
  node.bytes = base - node.base;
  insertAfter(mm, node, upper);
  return upper;
}

/** Hands out a part of a free piece, with a capability in `slot`. */
function take(mm: Mm, piece: MmNode, base: genpaddr_t, bytes: u64, slot: capref): errval_t {
  // One node for what lies before, and one for what lies behind.
  if (slabFreecount(mm.slabs) < 2) return MM_ERR_NEW_NODE;
  const offset = base - piece.regionBase;
  const err = capRetype(slot, piece.regionCap, offset, mm.objtype, bytes, 1);
  if (errIsFail(err)) return errPush(err, LIB_ERR_CAP_RETYPE);

  let node = piece;
  if (base > node.base) node = split(mm, node, base);
  if (bytes < node.bytes) split(mm, node, base + bytes);
  node.state = ALLOCATED;
  return SYS_ERR_OK;
}

/** Refills nodes and slots. Both may allocate from this manager, so it is done before the list is looked at. */
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

export function mmAllocAligned(mm: Mm, size: u64, alignment: u64): errval_t {
  if (size == 0) return LIB_ERR_RAM_ALLOC_WRONG_SIZE;
  const bytes = (size + BASE_PAGE_MASK) & ~u64(BASE_PAGE_MASK);
  if (bytes < size) return MM_ERR_NOT_FOUND;
  const align = max<u64>(alignment, BASE_PAGE_SIZE);

  refill(mm);
  const slotAlloc = mm.slotAlloc;
  let err = slotAlloc(mm.slotAllocInst, 1);
  if (errIsFail(err)) return errPush(err, MM_ERR_CHUNK_SLOT_ALLOC);
  const slot = Out.cap;

  const piece = findFree(mm, bytes, align);
  err = piece ? take(mm, piece, alignedBase(piece, align), bytes, slot) : MM_ERR_NOT_FOUND;
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

/** The piece that was handed out at `base`. */
function findAllocated(mm: Mm, base: genpaddr_t): MmNode | null {
  let node = mm.head;
  while (node) {
    if (node.base == base && node.state == ALLOCATED) return node;
    node = node.next;
  }
  return null;
}

/** Are two neighbours in the list free, and parts of the same region? */
function canMerge(lower: MmNode, upper: MmNode): bool {
  return lower.state == FREE && upper.state == FREE && lower.regionCap == upper.regionCap;
}

export function mmFree(mm: Mm, cap: capref, base: genpaddr_t, size: gensize_t): errval_t {
  const node = findAllocated(mm, base);
  if (!node) return errPush(MM_ERR_NOT_FOUND, MM_ERR_MM_FREE);
  const bytes = (size + BASE_PAGE_MASK) & ~u64(BASE_PAGE_MASK);
  if (bytes != node.bytes) return errPush(MM_ERR_NOT_FOUND, MM_ERR_MM_FREE);
  const err = capDestroy(cap);
  if (errIsFail(err)) return errPush(err, MM_ERR_MM_FREE);

  node.state = FREE;
  const next = node.next;
  if (next && canMerge(node, next)) {
    node.bytes += next.bytes;
    remove(mm, next);
  }
  const prev = node.prev;
  if (prev && canMerge(prev, node)) {
    prev.bytes += node.bytes;
    remove(mm, node);
  }
  return SYS_ERR_OK;
}

export function mmDestroy(mm: Mm): void {
  let node = mm.head;
  while (node) {
    const next: MmNode | null = node.next;
    // The first piece of each region.
    if (node.base == node.regionBase) capDelete(node.regionCap);
    remove(mm, node);
    node = next;
  }
}
