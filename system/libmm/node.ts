/**
 * The memory manager's record of pages: regions, and the pieces of which they consist.
 *
 *     MmNode, a piece
 *      0      4       8          12     16      20      24       28     32
 *     +------+-------+----------+------+-------+-------+--------+------+
 *     | page | pages | previous | next | link0 | link1 | region | type |
 *     +------+-------+----------+------+-------+-------+--------+------+
 *                                                               type, 0, largest (16 bits)
 *
 *     MmRegion, a capability that `mmAdd` brought
 *      0        8         16     20      24      28     32
 *     +--------+---------+------+-------+-------+------+
 *     | cap    | capBase | page | pages | first | next |
 *     +--------+---------+------+-------+-------+------+
 *
 * `page` is a physical page number; 32 bits reach 16 TiB. `previous` and `next` are the neighbours in memory within the
 * region. The meaning of the two links depends on the type: in a free piece the policy uses them, and in an allocated
 * piece `link0` is the next piece in a chain of the index.
 *
 * The pieces of a region cover it exactly, and no two neighbours are both free. The functions of this file keep the
 * first rule: only `pieceCut`, `pieceJoinAbove` and `pieceJoinBelow` change where pieces start and end. They do not
 * know policies, the index and capabilities.
 */
import { BASE_PAGE_BITS, genpaddr_t, gensize_t } from "../kpi/types";
import { capref } from "../libaos/capref";
import { Slabs, slabGive, slabTake } from "../libaos/slab";
import { MmNodeLayout, MmRegionLayout, NodeType } from "./layout/mm-layout";

@unmanaged
export class MmNode {
  page: u32;
  pages: u32;
  previous: MmNode | null;
  next: MmNode | null;
  link0: MmNode | null;
  link1: MmNode | null;
  region: MmRegion;
  /** A `NodeType`. */
  type: u8;
  /** Always 0. */
  reserved: u8;
  /** For free pieces in a treap: the bin of the largest piece in the subtree. */
  largest: u16;

  get isFree(): bool {
    return this.type == NodeType.Free;
  }
  /** First page past the piece. */
  get end(): u32 {
    return this.page + this.pages;
  }
  get base(): genpaddr_t {
    return u64(this.page) << BASE_PAGE_BITS;
  }
  get bytes(): gensize_t {
    return u64(this.pages) << BASE_PAGE_BITS;
  }
}

@unmanaged
export class MmRegion {
  cap: capref;
  /** Base of the capability. Offsets for retype count from it. */
  capBase: genpaddr_t;
  page: u32;
  pages: u32;
  /** The piece with the lowest address. */
  first: MmNode;
  next: MmRegion | null;

  get end(): u32 {
    return this.page + this.pages;
  }
}

if (offsetof<MmNode>("link0") != MmNodeLayout.LINK0) ERROR("MmNode: link0");
if (offsetof<MmNode>("region") != MmNodeLayout.REGION) ERROR("MmNode: region");
if (offsetof<MmNode>() != MmNodeLayout.SIZE) ERROR("MmNode: size");
if (offsetof<MmRegion>("first") != MmRegionLayout.FIRST) ERROR("MmRegion: first");
if (offsetof<MmRegion>() != MmNodeLayout.SIZE) ERROR("regions and nodes share a slab allocator");

/** Inserts `node` between `lower` and the piece after it. */
function linkBehind(lower: MmNode, node: MmNode): void {
  const upper = lower.next;
  node.previous = lower;
  node.next = upper;
  if (upper) upper.previous = node;
  lower.next = node;
}

/** Inserts `node` between `upper` and the piece before it. */
function linkBefore(upper: MmNode, node: MmNode): void {
  const lower = upper.previous;
  node.previous = lower;
  node.next = upper;
  if (lower) lower.next = node;
  else upper.region.first = node;
  upper.previous = node;
}

function newNode(slabs: Slabs, region: MmRegion, page: u32, pages: u32, type: u32): MmNode {
  const node = changetype<MmNode>(slabTake(slabs));
  node.page = page;
  node.pages = pages;
  node.region = region;
  node.type = u8(type);
  return node;
}

/** The most nodes that `pieceCut` needs. */
export const PIECE_CUT_NODES: u32 = 2;

/** Number of nodes that `pieceCut` needs. */
export function pieceCutNodes(free: MmNode, page: u32, pages: u32): u32 {
  return u32(page != free.page) + u32(page + pages != free.end);
}

/**
 * Cuts [page, page + pages) out of a free piece, marks that part as allocated and returns it. `free` becomes the
 * remaining part before it, or else the remaining part after it. If nothing remains, `free` itself becomes the
 * allocated piece. If parts remain on both sides, the one after it is `result.next`. The caller has made sure that
 * `pieceCutNodes` blocks are free.
 */
export function pieceCut(slabs: Slabs, free: MmNode, page: u32, pages: u32): MmNode {
  const region = free.region;
  const end = page + pages;
  const freeEnd = free.end;
  if (free.page == page) {
    if (freeEnd == end) {
      free.type = u8(NodeType.Allocated);
      return free;
    }
    const lower = newNode(slabs, region, page, pages, NodeType.Allocated);
    linkBefore(free, lower);
    free.page = end;
    free.pages = freeEnd - end;
    return lower;
  }
  const middle = newNode(slabs, region, page, pages, NodeType.Allocated);
  linkBehind(free, middle);
  free.pages = page - free.page;
  if (end != freeEnd) linkBehind(middle, newNode(slabs, region, end, freeEnd - end, NodeType.Free));
  return middle;
}

/** Merges `lower` into `upper`, which lies directly behind it. The node of `lower` is freed. */
export function pieceJoinAbove(slabs: Slabs, lower: MmNode, upper: MmNode): void {
  const previous = lower.previous;
  upper.previous = previous;
  if (previous) previous.next = upper;
  else upper.region.first = upper;
  upper.page = lower.page;
  upper.pages += lower.pages;
  slabGive(slabs, changetype<usize>(lower));
}

/** Merges `upper` into `lower`, which lies directly before it. The node of `upper` is freed. */
export function pieceJoinBelow(slabs: Slabs, lower: MmNode, upper: MmNode): void {
  const next = upper.next;
  lower.next = next;
  if (next) next.previous = lower;
  lower.pages += upper.pages;
  slabGive(slabs, changetype<usize>(upper));
}

/** Makes the first piece of a new region, which covers all of it. */
export function pieceOfAll(slabs: Slabs, region: MmRegion): MmNode {
  const node = newNode(slabs, region, region.page, region.pages, NodeType.Free);
  region.first = node;
  return node;
}
