/**
 * libmm: a memory manager for capabilities of one type, in practice RAM. Its owner adds regions, and clients allocate
 * capabilities of any number of pages.
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
 * Every piece is made by a retype of its region's capability at an offset, and never from another piece. So
 * capabilities do not nest, N allocations make N capabilities, and merging free pieces changes only the records.
 *
 * Three structures share the nodes: the pieces of a region in address order (`node.ts`), the free pieces in the order
 * of a policy (`policy/`; by default bins by size), and the allocated pieces in an index by page (`index.ts`). With the
 * default policy, an allocation or a free touches a constant number of nodes and one path of the index.
 *
 * This file sets up and ends a manager, and adds regions. `alloc.ts` allocates and `free.ts` frees.
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
import { SlabRefillFunction, Slabs, slabEnsure, slabFailure, slabFree, slabInit, slabTake } from "../libaos/slab";
import { slabDefaultRefill } from "../libaos/slab-default";
import { Index, indexClear, indexInit, indexInsert, indexSetSpan, indexSpans } from "./index";
import { IndexLayout, MmLayout, MmNodeLayout, MmPolicy, NodeType, PolicyLayout } from "./layout/mm-layout";
import { MmNode, MmRegion, pieceOfAll } from "./node";
import { Policy, policyAdd, policyInit } from "./policy/policy";
import { traceAdded } from "./trace";

/** Allocates `count` consecutive slots. -> Out.cap: the first */
export type SlotAllocFunction = (instance: usize, count: u32) => errval_t;
/** Makes sure that slots are free for the next allocations. */
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
  /** Number of pieces that could not be used because someone still holds a capability made from their memory. */
  retries: u32;

  /** Blocks for nodes and regions. */
  get slabs(): Slabs {
    return changetype<Slabs>(changetype<usize>(this) + MmLayout.SLABS);
  }
  /** The policy that chooses free pieces. */
  get policy(): Policy {
    return changetype<Policy>(changetype<usize>(this) + MmLayout.POLICY);
  }
  /** The index that finds allocated pieces by page. */
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

/** Size of one block, for callers that prepare a buffer for `slabGrow` after `mmInit`. */
export const MM_NODE_SIZE: u32 = MmNodeLayout.SIZE;

/**
 * Sets up a manager without memory. Its first nodes come from `slabGrow(mm.slabs, ...)`, later ones from `slabRefill`
 * (`slabDefaultRefill` if null). Slots come from `slotAlloc` and `slotRefill`, which get `slotAllocInst` as their
 * argument. `policy` is an `MmPolicy`; an unknown one is refused with `MM_ERR_MM_INIT`.
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

/** Does a region that the manager has contain a page of [page, end)? */
function overlapsKnown(mm: Mm, page: u64, end: u64): bool {
  let region = mm.regions;
  while (region) {
    if (page < u64(region.end) && end > u64(region.page)) return true;
    region = region.next;
  }
  return false;
}

/** Does `cap` have the manager's type, and does it contain the range? */
function checkRegionCap(mm: Mm, cap: capref, base: genpaddr_t, size: gensize_t): errval_t {
  const err = capIdentify(cap);
  if (errIsFail(err)) return errPush(err, MM_ERR_MM_ADD);
  if (Out.type != mm.objtype || base < Out.base || base - Out.base > Out.bytes) return MM_ERR_OUT_OF_BOUNDS;
  return size <= Out.bytes - (base - Out.base) ? SYS_ERR_OK : MM_ERR_OUT_OF_BOUNDS;
}

/**
 * Adds the whole pages of the memory [base, base + size), which must lie in `cap`. `cap` may be larger than the range.
 * It stays in its slot, and the caller must not use it until `mmDestroy`.
 */
export function mmAdd(mm: Mm, cap: capref, base: genpaddr_t, size: gensize_t): errval_t {
  // The range must not be empty, must not wrap, and must end below the limit of page numbers.
  if (size == 0 || base + size < base || base + size > MM_ADDRESS_LIMIT) return MM_ERR_OUT_OF_BOUNDS;
  const page = (base + BASE_PAGE_MASK) >> BASE_PAGE_BITS;
  const end = (base + size) >> BASE_PAGE_BITS;
  // It must contain a whole page.
  if (end <= page || end > u64(U32.MAX_VALUE)) return MM_ERR_OUT_OF_BOUNDS;
  // It must not overlap a region that the manager has.
  if (overlapsKnown(mm, page, end)) return MM_ERR_ALREADY_PRESENT;
  const err = checkRegionCap(mm, cap, base, size);
  if (errIsFail(err)) return err;

  return enterRegion(mm, cap, Out.base, u32(page), u32(end - page));
}

/** Builds the index anew, with room for all regions and for the pages from `page` up to, but not including, `end`. */
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

/** Adds a region whose checks have passed. Its capability starts at `capBase`. */
export function enterRegion(mm: Mm, cap: capref, capBase: genpaddr_t, page: u32, pages: u32): errval_t {
  const refilled = slabEnsure(mm.slabs, MM_NODE_RESERVE);
  if (faultDue(FaultKind.SLAB) || mm.slabs.free < 2) return slabFailure(refilled, MM_ERR_NEW_NODE);
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
 * Ends a manager: deletes the regions' capabilities and forgets all pieces. Capabilities that were handed out stay with
 * their holders. New regions can be added afterwards.
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

/** Size of all regions in bytes. */
export function mmTotalBytes(mm: Mm): u64 {
  return u64(mm.totalPages) << BASE_PAGE_BITS;
}

/** Size of the largest free piece in bytes. It visits every piece. */
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
