/**
 * libmm: a memory manager for capabilities of one type, in practice RAM. Whole regions go in, capabilities to any number
 * of pages come out.
 *
 *      0         4           8            12              16        20          24           28
 *     +---------+-----------+------------+---------------+---------+-----------+------------+-----------+
 *     | objtype | slotAlloc | slotRefill | slotAllocInst | regions | freePages | totalPages | freeNodes |
 *     +---------+-----------+------------+---------------+---------+-----------+------------+-----------+
 *      32               36        40      88       2316    18712
 *     +----------------+---------+-------+--------+-------+
 *     | allocatedNodes | retries | slabs | policy | index |
 *     +----------------+---------+-------+--------+-------+
 *
 * Every piece is cut from the capability of its region by offset (retype), never from another piece. So capabilities do
 * not nest, N allocations make N capabilities, and free pieces grow together again by bookkeeping alone.
 *
 * Three structures share the nodes: the pieces of a region in the order of addresses (`node.ts`), the free ones in the order of
 * a policy (`policy/`; by default bins by size), the allocated ones in an index by page (`index.ts`). Allocating and
 * freeing touch, by default, a constant number of nodes and one path of the index.
 *
 * This file begins and ends a manager; `alloc.ts` and `free.ts` do the work.
 */
import {
  MM_ERR_ALREADY_PRESENT,
  MM_ERR_MM_ADD,
  MM_ERR_MM_INIT,
  MM_ERR_NEW_NODE,
  MM_ERR_OUT_OF_BOUNDS,
  SYS_ERR_OK,
} from "../kpi/errno";
import { errIsFail, errPush, errval_t } from "../kpi/errval";
import { BASE_PAGE_BITS, BASE_PAGE_MASK, genpaddr_t, gensize_t } from "../kpi/types";
import { capDelete, capIdentify } from "../libaos/capabilities";
import { capref } from "../libaos/capref";
import { faultDue } from "../libaos/faults";
import { FaultKind } from "../libaos/layout/fault-kind";
import { SlabsLayout } from "../libaos/layout/slab-layout";
import { Out } from "../libaos/out";
import { MM_NODE_RESERVE } from "../libaos/reserves";
import { SlabRefillFunction, Slabs, slabEnsure, slabFree, slabInit, slabTake } from "../libaos/slab";
import { slabDefaultRefill } from "../libaos/slab-default";
import { Index, indexClear, indexInit, indexInsert, indexSetSpan, indexSpans } from "./index";
import { IndexLayout, MmLayout, MmNodeLayout, MmPolicy, NodeType, PolicyLayout } from "./layout/mm-layout";
import { MmNode, MmRegion, pieceOfAll } from "./node";
import { Policy, policyAdd, policyInit } from "./policy/policy";
import { traceAdded } from "./trace";

/** `count` consecutive slots. -> Out.cap: the first */
export type SlotAllocFunction = (instance: usize, count: u32) => errval_t;
/** Makes sure that there are slots for the next allocations. */
export type SlotRefillFunction = (instance: usize) => errval_t;

@unmanaged
export class Mm {
  objtype: u32;
  slotAlloc: SlotAllocFunction;
  slotRefill: SlotRefillFunction;
  slotAllocInst: usize;
  regions: MmRegion | null;
  freePages: u32;
  totalPages: u32;
  freeNodes: u32;
  allocatedNodes: u32;
  /** Pieces that could not be had because somebody still holds a capability made of their memory. */
  retries: u32;

  /** Blocks for nodes and regions. */
  get slabs(): Slabs {
    return changetype<Slabs>(changetype<usize>(this) + MmLayout.SLABS);
  }
  /** What chooses free pieces. */
  get policy(): Policy {
    return changetype<Policy>(changetype<usize>(this) + MmLayout.POLICY);
  }
  /** Where the allocated pieces are found by page. */
  get index(): Index {
    return changetype<Index>(changetype<usize>(this) + MmLayout.INDEX);
  }
}

if (offsetof<Mm>("retries") != MmLayout.RETRIES) ERROR("Mm: retries");
if (offsetof<Mm>() != MmLayout.SLABS) ERROR("Mm: the slabs come next");
if (<i32>MmLayout.SLABS + <i32>SlabsLayout.SIZE != <i32>MmLayout.POLICY) ERROR("Mm: the policy follows the slabs");
if (<i32>MmLayout.POLICY + <i32>PolicyLayout.SIZE != <i32>MmLayout.INDEX) ERROR("Mm: the index follows the policy");
if (<i32>MmLayout.INDEX + <i32>IndexLayout.SIZE != <i32>MmLayout.SIZE) ERROR("Mm: the index comes last");

/** First physical address that page numbers of 32 bits cannot express. */
export const MM_ADDRESS_LIMIT: u64 = (<u64>1) << (32 + BASE_PAGE_BITS);

/** Blocks for a buffer to hand to `slabGrow` after `mmInit`. */
export const MM_NODE_SIZE: u32 = MmNodeLayout.SIZE;

/**
 * A manager without memory. Node memory comes from `slabGrow(mm.slabs, ...)` at first, then from `slabRefill`
 * (`slabDefaultRefill` if null); slots from the two functions and their instance. `policy` is an
 * `MmPolicy`; `MM_ERR_MM_INIT` if there is no such policy.
 */
export function mmInit(
  mm: Mm,
  objtype: u32,
  slabRefill: SlabRefillFunction | null,
  slotAlloc: SlotAllocFunction,
  slotRefill: SlotRefillFunction,
  slotAllocInst: usize,
  policy: u32 = MmPolicy.SEGREGATED_FIT,
): errval_t {
  if (policy >= <u32>MmPolicy.COUNT) return MM_ERR_MM_INIT;
  mm.objtype = objtype;
  mm.slotAlloc = slotAlloc;
  mm.slotRefill = slotRefill;
  mm.slotAllocInst = slotAllocInst;
  mm.retries = 0;
  if (slabRefill === null) slabInit(mm.slabs, MmNodeLayout.SIZE, slabDefaultRefill);
  else slabInit(mm.slabs, MmNodeLayout.SIZE, slabRefill);
  forgetAll(mm, policy);
  return SYS_ERR_OK;
}

function forgetAll(mm: Mm, policy: u32): void {
  mm.regions = null;
  indexInit(mm.index);
  mm.freePages = 0;
  mm.totalPages = 0;
  mm.freeNodes = 0;
  mm.allocatedNodes = 0;
  policyInit(mm.policy, policy);
}

/** Does a region known already have a page in [page, end)? */
function overlapsKnown(mm: Mm, page: u64, end: u64): bool {
  let region = mm.regions;
  while (region) {
    if (page < u64(region.end) && end > u64(region.page)) return true;
    region = region.next;
  }
  return false;
}

/** Is `cap` of the manager's type, and do base and size lie in it? */
function checkRegionCap(mm: Mm, cap: capref, base: genpaddr_t, size: gensize_t): errval_t {
  const err = capIdentify(cap);
  if (errIsFail(err)) return errPush(err, MM_ERR_MM_ADD);
  if (Out.type != mm.objtype || base < Out.base || base - Out.base > Out.bytes) return MM_ERR_OUT_OF_BOUNDS;
  return size <= Out.bytes - (base - Out.base) ? SYS_ERR_OK : MM_ERR_OUT_OF_BOUNDS;
}

/**
 * Adds the memory [base, base + size) that `cap` stands for, less what is no whole page. The capability stays where it is
 * and must not be touched until `mmDestroy`. It may be larger than the range.
 */
export function mmAdd(mm: Mm, cap: capref, base: genpaddr_t, size: gensize_t): errval_t {
  // Is the range a range, and one that page numbers can express?
  if (size == 0 || base + size < base || base + size > MM_ADDRESS_LIMIT) return MM_ERR_OUT_OF_BOUNDS;
  const page = (base + BASE_PAGE_MASK) >> BASE_PAGE_BITS;
  const end = (base + size) >> BASE_PAGE_BITS;
  // Is there a whole page in it?
  if (end <= page || end > u64(U32.MAX_VALUE)) return MM_ERR_OUT_OF_BOUNDS;
  // Is it new?
  if (overlapsKnown(mm, page, end)) return MM_ERR_ALREADY_PRESENT;
  const err = checkRegionCap(mm, cap, base, size);
  if (errIsFail(err)) return err;

  return enterRegion(mm, cap, Out.base, u32(page), u32(end - page));
}

/** Makes the index anew, with room for all regions and for pages from `page` to before `end`. */
function widenIndex(mm: Mm, page: u32, end: u32): void {
  let first = page;
  let last = end;
  let region = mm.regions;
  while (region) {
    first = min(first, region.page);
    last = max(last, region.end);
    region = region.next;
  }
  indexClear(mm.index, mm.slabs);
  indexSetSpan(mm.index, first, last);
  region = mm.regions;
  while (region) {
    let node: MmNode | null = region.first;
    while (node) {
      if (!node.isFree) indexInsert(mm.index, mm.slabs, node);
      node = node.next;
    }
    region = region.next;
  }
}

/** Enters a region of which all has been checked; its capability begins at `capBase`. */
export function enterRegion(mm: Mm, cap: capref, capBase: genpaddr_t, page: u32, pages: u32): errval_t {
  slabEnsure(mm.slabs, MM_NODE_RESERVE);
  if (faultDue(FaultKind.SLAB) || mm.slabs.free < 2) return MM_ERR_NEW_NODE;
  if (!indexSpans(mm.index, page, page + pages)) widenIndex(mm, page, page + pages);
  const region = changetype<MmRegion>(slabTake(mm.slabs));
  region.cap = cap;
  region.capBase = capBase;
  region.page = page;
  region.pages = pages;
  region.next = mm.regions;
  mm.regions = region;
  policyAdd(mm.policy, pieceOfAll(mm.slabs, region));
  mm.freeNodes++;
  mm.freePages += region.pages;
  mm.totalPages += region.pages;
  traceAdded(changetype<usize>(mm), pages);
  return SYS_ERR_OK;
}

/**
 * Ends a manager: deletes the regions' capabilities and forgets all. Capabilities that were handed out belong to
 * whoever has them. The manager can be given new regions.
 */
export function mmDestroy(mm: Mm): void {
  indexClear(mm.index, mm.slabs);
  let region = mm.regions;
  while (region) {
    let node: MmNode | null = region.first;
    while (node) {
      const next: MmNode | null = node.next;
      slabFree(mm.slabs, changetype<usize>(node));
      node = next;
    }
    capDelete(region.cap);
    const rest: MmRegion | null = region.next;
    slabFree(mm.slabs, changetype<usize>(region));
    region = rest;
  }
  forgetAll(mm, mm.policy.kind);
}

/** Free memory in bytes. */
export function mmFreeBytes(mm: Mm): u64 {
  return u64(mm.freePages) << BASE_PAGE_BITS;
}

/** All memory in bytes. */
export function mmTotalBytes(mm: Mm): u64 {
  return u64(mm.totalPages) << BASE_PAGE_BITS;
}

/** The largest free piece in bytes. Looks at every piece. */
export function mmLargestFree(mm: Mm): u64 {
  let largest: u64 = 0;
  let region = mm.regions;
  while (region) {
    let node: MmNode | null = region.first;
    while (node) {
      if (node.type == NodeType.Free) largest = max(largest, node.bytes);
      node = node.next;
    }
    region = region.next;
  }
  return largest;
}
