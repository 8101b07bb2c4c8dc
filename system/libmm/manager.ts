/**
 * The record of a memory manager, and figures about it.
 *
 *      0         4           8            12              16        20          24           28
 *     +---------+-----------+------------+---------------+---------+-----------+------------+-----------+
 *     | objtype | slotAlloc | slotRefill | slotAllocInst | regions | freePages | totalPages | freeNodes |
 *     +---------+-----------+------------+---------------+---------+-----------+------------+-----------+
 *      32               36        40      92       2320    18728
 *     +----------------+---------+-------+--------+-------+
 *     | allocatedNodes | retries | slabs | policy | index |
 *     +----------------+---------+-------+--------+-------+
 *
 */
import { MM_ERR_MM_INIT, SYS_ERR_OK } from "../kpi/errno";
import { errval_t } from "../kpi/errval";
import { BASE_PAGE_BITS } from "../kpi/types";
import { SlabsLayout } from "../libaos/layout/slab-layout";
import { SlabRefillFunction, Slabs, slabInit } from "../libaos/slab";
import { slabDefaultRefill } from "../libaos/slab-default";
import { Index, indexInit } from "./index";
import { IndexLayout, MmLayout, MmNodeLayout, MmPolicy, NodeType, PolicyLayout } from "./layout/mm-layout";
import { MmNode, MmRegion } from "./node";
import { Policy, policyInit } from "./policy/policy";

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

/** Bytes of a manager's record. */
export const MM_SIZE: u32 = MmLayout.SIZE;

/** Bytes of one block, for callers that prepare a buffer for `slabGrow` after `mmInit`. */
export const MM_NODE_SIZE: u32 = MmNodeLayout.SIZE;

/** Forgets all regions and pieces, whose nodes the caller has freed. */
export function forgetAll(mm: Mm, policy: u32): void {
  mm.regions = null;
  indexInit(mm.index);
  mm.freePages = 0;
  mm.totalPages = 0;
  mm.freeNodes = 0;
  mm.allocatedNodes = 0;
  policyInit(mm.policy, policy);
}

/** Does the work of `mmInit` with the given policy. An unknown policy is refused with `MM_ERR_MM_INIT`. */
export function mmInitWith(
  mm: Mm,
  objtype: u32,
  slabRefill: SlabRefillFunction | null,
  slotAlloc: SlotAllocFunction,
  slotRefill: SlotRefillFunction,
  slotAllocInst: usize,
  policy: u32,
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
