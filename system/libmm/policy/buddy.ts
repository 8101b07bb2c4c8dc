/**
 * Buddies: allocations are placed on blocks, powers of two pages at multiples of their size.
 *
 *      0        4                       132
 *     +--------+-----------------------+
 *     | orders | heads: 32 x piece     |      piece: link0 the one before, link1 the one behind
 *     +--------+-----------------------+
 *
 * A free piece stands in the list of the largest block inside it. A request takes a piece with the smallest block that
 * is large enough; if it is a power of two itself, it is placed on a block. Unlike the textbook's, this allocator loses
 * nothing to rounding: what a request leaves of its block is a free piece like any other, and when no block is large
 * enough, anything that fits will do. Neighbours join whether they were buddies or not.
 */
import { alignedPage, pagesBefore, pieceFits } from "../fit";
import { MmNode } from "../node";
import { isWanted, Where, Zone } from "../zone";

const ORDERS: u32 = 32;
const HEADS: usize = 4;
/** Pieces of a list that a search looks at before it goes on. */
const PROBES: u32 = 16;

/** Blocks from 16 KiB on, a CNode, count as large. */
const LARGE_ORDER: u32 = 2;

@unmanaged
export class Buddies {
  /** Bit n: there are pieces with blocks of 2^n pages. */
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

/** log2 of the least power of two that is at least `pages`. */
function orderFor(pages: u32): u32 {
  return pages <= 1 ? 0 : 32 - clz(pages - 1);
}

function isPowerOfTwo(pages: u32): bool {
  return (pages & (pages - 1)) == 0;
}

/** log2 of the largest block inside [page, page + pages). */
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

/** Takes out a piece that was entered with `pages` pages from `page` on, whatever it is by now. */
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
 * Where in `node`, in which they fit, `pages` pages are placed: a power of two on a block, if there is one. Other numbers
 * cut a block in any case; they are placed at the start, so that what is behind stays whole.
 */
export function buddiesPlace(node: MmNode, pages: u32, alignment: u32): u32 {
  if (!isPowerOfTwo(pages)) return alignedPage(node, alignment);
  const before = pagesBefore(node.page, max(pages, alignment));
  const page = node.page + before;
  // An alignment that is no power of two may lead away from blocks.
  return before <= node.pages - pages && page % alignment == 0 ? page : alignedPage(node, alignment);
}

/** The highest of the large pieces; of the largest, where there are no large ones. Blocks lie anywhere, so size says little. */
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
