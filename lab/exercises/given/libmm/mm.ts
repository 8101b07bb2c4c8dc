/** The memory manager of the exercises. Each exercise replaces one of the files that it imports. */
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
  SlabRefillFunction,
  SYS_ERR_OK,
  slabAlloc,
  slabFreecount,
  slabInit,
  slotFree,
} from "../libaos";
import { findHandedOut } from "./find";
import { join } from "./join";
import { insertAfter, MM_NODE_SIZE, Mm, MmNode, removeNode, SlotAllocFunction, SlotRefillFunction } from "./node";
import { NOWHERE, placeIn } from "./place";
import { refillNodes } from "./refill";
import { takeSlot } from "./slots";
import { split } from "./split";

export { MM_NODE_SIZE, MM_SIZE, Mm, MmNode, SlotAllocFunction, SlotRefillFunction } from "./node";

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
  mm.head = null;
  mm.isRefilling = false;
  slabInit(mm.slabs, MM_NODE_SIZE, slabRefill);
  return SYS_ERR_OK;
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
  node.isFree = true;

  let prev: MmNode | null = null;
  let next = mm.head;
  while (next && next.base < base) {
    prev = next;
    next = next.next;
  }
  insertAfter(mm, prev, node);
  return SYS_ERR_OK;
}

/** The first free piece in which a request fits. */
function findFree(mm: Mm, bytes: u64, alignment: u64): MmNode | null {
  let node = mm.head;
  while (node) {
    if (node.isFree && placeIn(node, bytes, alignment) != NOWHERE) return node;
    node = node.next;
  }
  return null;
}

/** Hands out a part of a free piece, with a capability in `slot`. */
function handOut(mm: Mm, node: MmNode, base: genpaddr_t, bytes: u64, slot: capref): errval_t {
  // One node for what lies before the part, and one for what lies behind it.
  if (slabFreecount(mm.slabs) < 2) return MM_ERR_NEW_NODE;
  const err = capRetype(slot, node.regionCap, base - node.regionBase, mm.objtype, bytes, 1);
  if (errIsFail(err)) return errPush(err, LIB_ERR_CAP_RETYPE);
  split(mm, node, base, bytes).isFree = false;
  return SYS_ERR_OK;
}

export function mmAllocAligned(mm: Mm, size: u64, alignment: u64): errval_t {
  if (size == 0) return LIB_ERR_RAM_ALLOC_WRONG_SIZE;
  const bytes = (size + BASE_PAGE_MASK) & ~u64(BASE_PAGE_MASK);
  if (bytes < size) return MM_ERR_NOT_FOUND;
  const align = max<u64>(alignment, BASE_PAGE_SIZE);

  refillNodes(mm);
  let err = takeSlot(mm);
  if (errIsFail(err)) return errPush(err, MM_ERR_CHUNK_SLOT_ALLOC);
  const slot = Out.cap;
  const node = findFree(mm, bytes, align);
  err = node ? handOut(mm, node, placeIn(node, bytes, align), bytes, slot) : MM_ERR_NOT_FOUND;
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
  const node = findHandedOut(mm, base, size);
  if (!node) return errPush(MM_ERR_NOT_FOUND, MM_ERR_MM_FREE);
  const err = capDestroy(cap);
  if (errIsFail(err)) return errPush(err, MM_ERR_MM_FREE);
  node.isFree = true;
  join(mm, node);
  return SYS_ERR_OK;
}

export function mmDestroy(mm: Mm): void {
  let node = mm.head;
  while (node) {
    const next: MmNode | null = node.next;
    if (node.base == node.regionBase) capDelete(node.regionCap);
    removeNode(mm, node);
    node = next;
  }
}
