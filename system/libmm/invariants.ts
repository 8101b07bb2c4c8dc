/**
 * The invariants of a memory manager. They hold after each operation; tests check them.
 *
 *     1 tiling       the pieces of a region lie end to end, from its first page to its last
 *     2 links        the links of neighbours agree, and each piece points to its region
 *     3 joined       no two neighbours are both free
 *     4 known        the policy holds every free piece in the right place, and nothing else
 *     5 indexed      every allocated piece is found by its page, and nothing else is in the index
 *     6 marked       the bitmaps say which bins have pieces
 *     7 counted      the counts of pages and nodes are right
 *     8 blocks       every block of the slabs is a node, a region, a table of the index, or free
 */
import { indexCount, indexFind } from "./index";
import { Mm } from "./manager";
import { MmNode, MmRegion } from "./node";
import { policyCount, policyHolds, policyIsMarked } from "./policy/policy";

/** The counts from a walk over the regions. */
class Seen {
  static free: u32 = 0;
  static allocated: u32 = 0;
  static freePages: u32 = 0;
  static pages: u32 = 0;
  static regions: u32 = 0;
}

function checkNode(mm: Mm, region: MmRegion, node: MmNode): u32 {
  if (node.region !== region) return 2;
  const next = node.next;
  if (next && next.previous !== node) return 2;
  if (next && next.isFree && node.isFree) return 3;
  if (node.isFree) {
    Seen.free++;
    Seen.freePages += node.pages;
    return policyHolds(mm.policy, node) ? 0 : 4;
  }
  Seen.allocated++;
  return indexFind(mm.index, node.page) === node ? 0 : 5;
}

function checkRegion(mm: Mm, region: MmRegion): u32 {
  let page = region.page;
  let node: MmNode | null = region.first;
  if (region.first.previous) return 2;
  while (node) {
    if (node.page != page || node.pages == 0) return 1;
    const broken = checkNode(mm, region, node);
    if (broken != 0) return broken;
    page = node.end;
    node = node.next;
  }
  Seen.pages += region.pages;
  Seen.regions++;
  return page == region.end ? 0 : 1;
}

/** The number of the first invariant that is broken; 0 if all hold. */
export function mmCheckInvariants(mm: Mm): u32 {
  Seen.free = 0;
  Seen.allocated = 0;
  Seen.freePages = 0;
  Seen.pages = 0;
  Seen.regions = 0;
  let region = mm.regions;
  while (region) {
    const broken = checkRegion(mm, region);
    if (broken != 0) return broken;
    region = region.next;
  }
  if (!policyIsMarked(mm.policy)) return 6;
  if (policyCount(mm.policy) != Seen.free) return 4;
  if (indexCount(mm.index) != Seen.allocated) return 5;
  if (Seen.free != mm.freeNodes || Seen.allocated != mm.allocatedNodes) return 7;
  if (Seen.freePages != mm.freePages || Seen.pages != mm.totalPages) return 7;
  const used = mm.slabs.total - mm.slabs.free;
  return used == Seen.free + Seen.allocated + Seen.regions + mm.index.tables ? 0 : 8;
}

/** The sentence for the number of an invariant that is broken. */
export function mmInvariantText(broken: u32): string {
  // biome-ignore format: one row per invariant
  switch (broken) {
    case 1: return "two pieces of a region overlap or leave a gap";
    case 2: return "the links of two neighbours disagree";
    case 3: return "two neighbours are both free";
    case 4: return "the policy does not hold the free pieces, and only them";
    case 5: return "the index does not hold the allocated pieces, and only them";
    case 6: return "the bitmaps of the bins are wrong";
    case 7: return "a count of pages or nodes is wrong";
    default: return "a block of the slabs is lost or used twice";
  }
}
