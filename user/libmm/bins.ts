/**
 * The placement policy: which free piece an allocation comes from.
 *
 * Free pieces stand in bins by size, in pages. Up to 15 pages each size has its own bin; above, a power of two is
 * divided into eight:
 *
 *     bin     0    1 ... 15    16       17       ...  23       24       ...
 *     pages   -    1 ... 15    16-17    18-19         30-31    32-35
 *
 * A bitmap tells which bins have pieces, so the next larger piece is two counts of trailing zeros away:
 *
 *      0         4            8          12                   44                            1004
 *     +---------+------------+----------+--------------------+-----------------------------+
 *     | summary | zoneRegion | zonePage | words: 8 x 32 bits | heads: 240 x piece or null  |
 *     +---------+------------+----------+--------------------+-----------------------------+
 *
 * Small pieces are used before large ones are cut, and among pieces of like size the lower address wins, so what is
 * left stays large. A search looks at up to `PROBES` pieces of a bin, then goes on to larger ones, where every piece
 * fits. Only if there is none left does it look at all it skipped: memory is never "not found" while a piece that fits
 * exists.
 *
 * What lives long is placed apart: from the top of the largest piece downwards. The part of that region from
 * `zonePage` on is its zone. Holes in the zone are left to what belongs there, until nothing else is left, so that the
 * memory below becomes one piece again when all clients have given theirs back.
 *
 * The interface is `binsInit`, `binsAdd`, `binsRemove`, `binsResize`, `binsFind`, `binsFindHigh`, `binsTookHigh`: another
 * policy replaces this file and nothing else.
 */
import { BIN_COUNT, BIN_WORDS, BinsLayout } from "../layout/mm-layout";
import { MmNode, MmRegion } from "./node";

/** Pieces of a bin that a search looks at before it goes on. */
const PROBES: u32 = 16;
/** log2 of the bins for each power of two. */
const STEP_BITS: u32 = 3;
const STEPS: u32 = 1 << STEP_BITS;
const NO_BIN: u32 = 0xffffffff;
/** Bins in which a search for a hole in the zone looks. */
const ZONE_BINS: u32 = 4;

@unmanaged
export class Bins {
  summary: u32;
  /** Where long-lived memory is: the region, null if there is none yet, and the first page. */
  zoneRegion: MmRegion | null;
  zonePage: u32;

  private wordAddress(word: u32): usize {
    return changetype<usize>(this) + BinsLayout.WORDS + (word << 2);
  }
  private headAddress(bin: u32): usize {
    return changetype<usize>(this) + BinsLayout.HEADS + (bin << 2);
  }
  getHead(bin: u32): MmNode | null {
    return load<MmNode | null>(this.headAddress(bin));
  }
  setHead(bin: u32, node: MmNode | null): void {
    store<MmNode | null>(this.headAddress(bin), node);
  }
  mark(bin: u32): void {
    const word = bin >>> 5;
    store<u32>(this.wordAddress(word), load<u32>(this.wordAddress(word)) | (1 << (bin & 31)));
    this.summary |= 1 << word;
  }
  unmark(bin: u32): void {
    const word = bin >>> 5;
    const rest = load<u32>(this.wordAddress(word)) & ~(1 << (bin & 31));
    store<u32>(this.wordAddress(word), rest);
    if (rest == 0) this.summary &= ~(1 << word);
  }

  /** The first bin with pieces from `bin` on; `NO_BIN` if there is none. */
  next(bin: u32): u32 {
    if (bin >= BIN_COUNT) return NO_BIN;
    const word = bin >>> 5;
    const bits = load<u32>(this.wordAddress(word)) & (U32.MAX_VALUE << (bin & 31));
    if (bits != 0) return (word << 5) + ctz(bits);
    const words = this.summary & ~(((2 << word) - 1) as u32);
    if (words == 0) return NO_BIN;
    const found = ctz(words);
    return (found << 5) + ctz(load<u32>(this.wordAddress(found)));
  }

  /** The last bin with pieces; `NO_BIN` if there is none. */
  last(): u32 {
    if (this.summary == 0) return NO_BIN;
    const word = 31 - clz(this.summary);
    return (word << 5) + 31 - clz(load<u32>(this.wordAddress(word)));
  }
}

if (offsetof<Bins>() != BinsLayout.WORDS) ERROR("Bins: words");
if (BinsLayout.WORDS + BIN_WORDS * 4 != BinsLayout.HEADS) ERROR("Bins: heads");
if (BinsLayout.HEADS + BIN_COUNT * 4 != BinsLayout.SIZE) ERROR("Bins: size");

/** The bin for pieces of `pages` pages. */
export function binOf(pages: u32): u32 {
  if (pages < STEPS) return pages;
  const exponent = 31 - clz(pages);
  return ((exponent - STEP_BITS + 1) << STEP_BITS) + ((pages >>> (exponent - STEP_BITS)) & (STEPS - 1));
}

export function binsInit(bins: Bins): void {
  memory.fill(changetype<usize>(bins), 0, BinsLayout.SIZE);
}

/** Enters a free piece. */
export function binsAdd(bins: Bins, node: MmNode): void {
  const bin = binOf(node.pages);
  const first = bins.getHead(bin);
  node.link0 = null;
  node.link1 = first;
  if (first) first.link0 = node;
  else bins.mark(bin);
  bins.setHead(bin, node);
}

function removeFrom(bins: Bins, node: MmNode, bin: u32): void {
  const previous = node.link0;
  const next = node.link1;
  if (next) next.link0 = previous;
  if (previous) {
    previous.link1 = next;
  } else {
    bins.setHead(bin, next);
    if (!next) bins.unmark(bin);
  }
}

/** Takes out a piece that is as large as when it was entered. */
export function binsRemove(bins: Bins, node: MmNode): void {
  removeFrom(bins, node, binOf(node.pages));
}

/** Tells that an entered piece, which had `before` pages, has changed. */
export function binsResize(bins: Bins, node: MmNode, before: u32): void {
  const bin = binOf(before);
  if (binOf(node.pages) == bin) return;
  removeFrom(bins, node, bin);
  binsAdd(bins, node);
}

/** The first page from `page` on that is a multiple of `alignment`, in 64 bits so that it cannot wrap. */
export function alignPage(page: u32, alignment: u64): u64 {
  if (alignment == 1) return page;
  return ((u64(page) + alignment - 1) / alignment) * alignment;
}

/** The last page up to `page` that is a multiple of `alignment`. */
export function alignPageDown(page: u32, alignment: u64): u64 {
  return alignment == 1 ? page : (u64(page) / alignment) * alignment;
}

/** Has `node` room for `pages` pages at a multiple of `alignment`? */
export function pieceFits(node: MmNode, pages: u32, alignment: u64): bool {
  if (node.pages < pages) return false;
  if (alignment == 1) return true;
  return alignPage(node.page, alignment) + pages <= u64(node.end);
}

/** Which pieces a search takes. */
const enum Where {
  BELOW_ZONE,
  IN_ZONE,
  ANYWHERE,
}

function isInZone(bins: Bins, node: MmNode): bool {
  return node.page >= bins.zonePage && node.region === bins.zoneRegion;
}

function isWanted(bins: Bins, node: MmNode, where: Where): bool {
  return where == Where.ANYWHERE || isInZone(bins, node) == (where == Where.IN_ZONE);
}

/** The lowest piece that fits among the first `probes` of a bin; null if none does. */
function findInBin(bins: Bins, bin: u32, pages: u32, alignment: u64, where: Where, probes: u32): MmNode | null {
  let best: MmNode | null = null;
  let node = bins.getHead(bin);
  for (let i: u32 = 0; i < probes && node; i++) {
    if (pieceFits(node, pages, alignment) && isWanted(bins, node, where)) {
      if (!best || node.page < best.page) best = node;
    }
    node = node.link1;
  }
  return best;
}

/** A piece that fits, out of up to `limit` bins, of each of which `probes` pieces are looked at. */
function find(bins: Bins, pages: u32, alignment: u64, where: Where, probes: u32, limit: u32): MmNode | null {
  for (let bin = bins.next(binOf(pages)); bin != NO_BIN && limit > 0; bin = bins.next(bin + 1)) {
    const node = findInBin(bins, bin, pages, alignment, where, probes);
    if (node) return node;
    limit--;
  }
  return null;
}

/** A free piece with room for `pages` pages at a multiple of `alignment` pages; null if there is none. */
export function binsFind(bins: Bins, pages: u32, alignment: u64): MmNode | null {
  let node = find(bins, pages, alignment, Where.BELOW_ZONE, PROBES, BIN_COUNT);
  if (!node) node = find(bins, pages, alignment, Where.ANYWHERE, PROBES, BIN_COUNT);
  if (!node) node = find(bins, pages, alignment, Where.ANYWHERE, U32.MAX_VALUE, BIN_COUNT);
  return node;
}

/** The highest of the first pieces of the last bin. */
function highestOfLargest(bins: Bins): MmNode | null {
  const bin = bins.last();
  if (bin == NO_BIN) return null;
  let best: MmNode | null = null;
  let node = bins.getHead(bin);
  for (let i: u32 = 0; i < PROBES && node; i++) {
    if (!best || node.page > best.page) best = node;
    node = node.link1;
  }
  return best;
}

/** A piece for what lives long: a hole in the zone, or the largest piece, or what there is. */
export function binsFindHigh(bins: Bins, pages: u32, alignment: u64): MmNode | null {
  const hole = find(bins, pages, alignment, Where.IN_ZONE, PROBES, ZONE_BINS);
  if (hole) return hole;
  const largest = highestOfLargest(bins);
  return largest && pieceFits(largest, pages, alignment) ? largest : binsFind(bins, pages, alignment);
}

/** Tells that `piece`, cut from the top of the largest, belongs to what lives long: the zone reaches down to it. */
export function binsTookHigh(bins: Bins, piece: MmNode): void {
  const below = piece.previous;
  const largest = highestOfLargest(bins);
  // A piece that was taken because nothing better was left makes no zone.
  if (isInZone(bins, piece) || !below || below !== largest) return;
  bins.zoneRegion = piece.region;
  bins.zonePage = piece.page;
}
