/**
 * Buddy policy: allocations are placed on blocks, which are powers of two pages at multiples of their size.
 *
 *      0        4                       132
 *     +--------+-----------------------+
 *     | orders | heads: 32 x piece     |      piece: link0 the one before, link1 the one after
 *     +--------+-----------------------+
 *
 * A free piece is in the list for the largest block that it contains. A request takes a piece with the smallest block
 * that is large enough. If the request is a power of two itself, it is placed on a block. A textbook buddy allocator
 * rounds requests up and loses the rest; this one keeps the rest of a block as an ordinary free piece. If no block is
 * large enough, any piece that fits is taken. All free neighbours merge, not only buddies.
 */
import { alignedPage, pagesBefore, pieceFits } from "../fit";
import { MmNode } from "../node";
import { isWanted, Where, Zone } from "../zone";

const ORDERS: u32 = 32;
const HEADS: usize = 4;
/** Number of pieces of a list that a search looks at before it goes on to the next list. */
const PROBES: u32 = 16;

/** Blocks of at least 16 KiB, the size of a CNode, count as large. */
const LARGE_ORDER: u32 = 2;

@unmanaged
export class Buddies {
  /** Bit n is set if there are pieces with blocks of 2^n pages. */
  orders: u32;

  getHead(order: u32): MmNode | null {
    return load<MmNode | null>(changetype<usize>(this) + HEADS + (order << 2));
  }
  setHead(order: u32, node: MmNode | null): void {
    store<MmNode | null>(changetype<usize>(this) + HEADS + (order << 2), node);
    if (node) this.orders |= 1 << order;
    else this.orders &= ~(1 << order);
  }
}

if (offsetof<Buddies>() != HEADS) ERROR("Buddies: the heads come last");

export function buddiesInit(buddies: Buddies): void {
  buddies.orders = 0;
  for (let order: u32 = 0; order < ORDERS; order++) buddies.setHead(order, null);
}

/** log2 of the smallest power of two that is at least `pages`. */
function orderFor(pages: u32): u32 {
  return pages <= 1 ? 0 : 32 - clz(pages - 1);
}

function isPowerOfTwo(pages: u32): bool {
  return (pages & (pages - 1)) == 0;
}

/** log2 of the largest block in [page, page + pages). */
function orderIn(page: u32, pages: u32): u32 {
  let order = 31 - clz(pages);
  while (pagesBefore(page, 1 << order) > pages - (1 << order)) order--;
  return order;
}

export function buddiesAdd(buddies: Buddies, node: MmNode): void {
  const order = orderIn(node.page, node.pages);
  const first = buddies.getHead(order);
  node.link0 = null;
  node.link1 = first;
  if (first) first.link0 = node;
  buddies.setHead(order, node);
}

/** Removes a piece that was entered with `pages` pages from `page` on, even if it has changed since. */
export function buddiesRemove(buddies: Buddies, node: MmNode, page: u32, pages: u32): void {
  const before = node.link0;
  const behind = node.link1;
  if (behind) behind.link0 = before;
  if (before) before.link1 = behind;
  else buddies.setHead(orderIn(page, pages), behind);
}

function searchOrders(
  buddies: Buddies,
  zone: Zone,
  first: u32,
  pages: u32,
  alignment: u32,
  where: Where,
  limit: u32,
): MmNode | null {
  for (let order = first; order < ORDERS; order++) {
    let node = buddies.getHead(order);
    for (let i: u32 = 0; i < limit && node; i++) {
      if (pieceFits(node, pages, alignment) && isWanted(zone, node, where)) return node;
      node = node.link1;
    }
  }
  return null;
}

export function buddiesSearch(buddies: Buddies, zone: Zone, pages: u32, alignment: u32, where: Where): MmNode | null {
  const node = searchOrders(buddies, zone, orderFor(pages), pages, alignment, where, PROBES);
  return node || where != Where.ANYWHERE
    ? node
    : searchOrders(buddies, zone, 0, pages, alignment, where, U32.MAX_VALUE);
}

/**
 * The page of `node` at which `pages` pages are placed; they must fit. A power of two is placed on a block, if there is
 * one. Any other number splits a block anyway, so it is placed at the start, and the part after it stays in one piece.
 */
export function buddiesPlace(node: MmNode, pages: u32, alignment: u32): u32 {
  if (!isPowerOfTwo(pages)) return alignedPage(node, alignment);
  const before = pagesBefore(node.page, max(pages, alignment));
  const page = node.page + before;
  // With an alignment that is not a power of two, the place may not be on a block.
  return before <= node.pages - pages && page % alignment == 0 ? page : alignedPage(node, alignment);
}

/**
 * The highest of the large pieces, or of the largest ones if none is large. The size alone says little, because blocks
 * of any size can be anywhere.
 */
export function buddiesHighest(buddies: Buddies): MmNode | null {
  if (buddies.orders == 0) return null;
  let best: MmNode | null = null;
  for (let order = min(LARGE_ORDER, 31 - clz(buddies.orders)); order < ORDERS; order++) {
    let node = buddies.getHead(order);
    for (let i: u32 = 0; i < PROBES && node; i++) {
      if (!best || node.page > best.page) best = node;
      node = node.link1;
    }
  }
  return best;
}

export function buddiesHold(buddies: Buddies, node: MmNode): bool {
  let candidate = buddies.getHead(orderIn(node.page, node.pages));
  while (candidate && candidate !== node) candidate = candidate.link1;
  return candidate !== null;
}

export function buddiesCount(buddies: Buddies): u32 {
  let count: u32 = 0;
  for (let order: u32 = 0; order < ORDERS; order++) {
    let node = buddies.getHead(order);
    while (node) {
      count++;
      node = node.link1;
    }
  }
  return count;
}
