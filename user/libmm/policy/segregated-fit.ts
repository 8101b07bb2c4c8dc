/**
 * The default policy, segregated fit. Free pieces stand in bins by size, in pages. Up to 15 pages each size has its own
 * bin; above, a power of two is divided into eight:
 *
 *     bin     0    1 ... 15    16       17       ...  23       24       ...
 *     pages   -    1 ... 15    16-17    18-19         30-31    32-35
 *
 * A bitmap tells which bins have pieces, so the next larger piece is two counts of trailing zeros away:
 *
 *      0         4                    36                            996
 *     +---------+--------------------+-----------------------------+
 *     | summary | words: 8 x 32 bits | heads: 240 x piece or null  |
 *     +---------+--------------------+-----------------------------+
 *
 * Small pieces are used before large ones are cut, and among pieces of like size the lower address wins, so what is
 * left stays large. A search looks at up to `PROBES` pieces of a bin, then goes on to larger ones, where every piece
 * fits. Only if there is none left does it look at all it skipped: memory is never "not found" while a piece that fits
 * exists.
 */
import { BIN_COUNT, BIN_WORDS, BinsLayout } from "../../layout/mm-layout";
import { pieceFits } from "../fit";
import { MmNode } from "../node";
import { isWanted, Where, Zone } from "../zone";

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

/** The lowest piece that fits among the first `probes` of a bin; null if none does. */
function findInBin(
  bins: Bins,
  zone: Zone,
  bin: u32,
  pages: u32,
  alignment: u64,
  where: Where,
  probes: u32,
): MmNode | null {
  let best: MmNode | null = null;
  let node = bins.getHead(bin);
  for (let i: u32 = 0; i < probes && node; i++) {
    if (pieceFits(node, pages, alignment) && isWanted(zone, node, where)) {
      if (!best || node.page < best.page) best = node;
    }
    node = node.link1;
  }
  return best;
}

/** A piece that fits, out of up to `limit` bins, of each of which `probes` pieces are looked at. */
function find(
  bins: Bins,
  zone: Zone,
  pages: u32,
  alignment: u64,
  where: Where,
  probes: u32,
  limit: u32,
): MmNode | null {
  for (let bin = bins.next(binOf(pages)); bin != NO_BIN && limit > 0; bin = bins.next(bin + 1)) {
    const node = findInBin(bins, zone, bin, pages, alignment, where, probes);
    if (node) return node;
    limit--;
  }
  return null;
}

/** A free piece with room for `pages` pages at a multiple of `alignment` pages; null if there is none. */
export function binsSearch(bins: Bins, zone: Zone, pages: u32, alignment: u64, where: Where): MmNode | null {
  const limit = where == Where.IN_ZONE ? ZONE_BINS : BIN_COUNT;
  const node = find(bins, zone, pages, alignment, where, PROBES, limit);
  return node || where != Where.ANYWHERE ? node : find(bins, zone, pages, alignment, where, U32.MAX_VALUE, limit);
}

/** The highest of the first pieces of the last bin. */
export function binsLargest(bins: Bins): MmNode | null {
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

/** Is `node` in the bin of its size? */
export function binsHold(bins: Bins, node: MmNode): bool {
  let candidate = bins.getHead(binOf(node.pages));
  while (candidate && candidate !== node) candidate = candidate.link1;
  return candidate !== null;
}

/** Pieces in all bins. */
export function binsCount(bins: Bins): u32 {
  let count: u32 = 0;
  for (let bin: u32 = 0; bin < BIN_COUNT; bin++) {
    let node = bins.getHead(bin);
    while (node) {
      count++;
      node = node.link1;
    }
  }
  return count;
}

/** Do the bitmaps say which bins have pieces? */
export function binsAreMarked(bins: Bins): bool {
  for (let bin: u32 = 0; bin < BIN_COUNT; bin++) {
    if ((bins.next(bin) == bin) != (bins.getHead(bin) !== null)) return false;
  }
  return true;
}
