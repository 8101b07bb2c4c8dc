/**
 * The default policy, segregated fit. Free pieces are in bins by size, in pages. Up to 63 pages each size has its own
 * bin. Above that, each power of two has eight bins:
 *
 *     bin     0    1 ... 63     64       65       ...  71       72       ...
 *     pages   -    1 ... 63     64-71    72-79         120-127  128-143
 *
 * A bitmap says which bins have pieces, so two counts of trailing zeros find the next larger piece:
 *
 *      0         4                    40                                  2216
 *     +---------+--------------------+-----------------------------------+
 *     | summary | words: 9 x 32 bits | rings: 272 x first and last piece |
 *     +---------+--------------------+-----------------------------------+
 *
 * The pieces of a bin form a ring: link0 leads to the piece before, link1 to the piece after. The bin itself is the
 * member between the last and the first piece. So adding and removing need no special cases.
 *
 * Small pieces are used before large ones are cut, so the remaining pieces stay large. Most requests are for few pages,
 * so most pieces are used up exactly. A search looks at up to `PROBES` pieces of a bin and then goes on to larger bins,
 * in which every piece fits. If they are empty, it looks at all pieces that it skipped. So a piece that fits is always
 * found.
 */

import { pieceFits } from "../fit";
import { BIN_COUNT, BIN_WORDS, BinsLayout, MmNodeLayout } from "../layout/mm-layout";
import { MmNode } from "../node";
import { isInZone, isWanted, Where, Zone } from "../zone";

/** Number of pieces of a bin that a search looks at before it goes on to the next bin. */
const PROBES: u32 = 8;
/** log2 of the first size for which bins hold more than one number of pages. */
const EXACT_BITS: u32 = 6;
const EXACT: u32 = 1 << EXACT_BITS;
/** log2 of the number of bins for each larger power of two. */
const STEP_BITS: u32 = 3;
const STEPS: u32 = 1 << STEP_BITS;
const NO_BIN: u32 = 0xffffffff;
/** Number of bins in which a search for a hole in the zone looks. */
const ZONE_BINS: u32 = 4;

@unmanaged
export class Bins {
  summary: u32;

  private wordAddress(word: u32): usize {
    return changetype<usize>(this) + BinsLayout.WORDS + (word << 2);
  }
  /** The bin as a member of its ring. Only its two links exist: to the last piece and to the first. */
  ring(bin: u32): MmNode {
    return changetype<MmNode>(changetype<usize>(this) + BinsLayout.RINGS + (bin << 3) - MmNodeLayout.LINK0);
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

  /** Does the summary match the words of the bitmap? */
  isSummaryRight(): bool {
    let summary: u32 = 0;
    for (let word: u32 = 0; word < BIN_WORDS; word++) summary |= u32(load<u32>(this.wordAddress(word)) != 0) << word;
    return this.summary == summary;
  }

  /** The first bin at or after `bin` that has pieces; `NO_BIN` if there is none. */
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

  /** The last bin that has pieces; `NO_BIN` if there is none. */
  last(): u32 {
    if (this.summary == 0) return NO_BIN;
    const word = 31 - clz(this.summary);
    return (word << 5) + 31 - clz(load<u32>(this.wordAddress(word)));
  }
}

if (offsetof<Bins>() != BinsLayout.WORDS) ERROR("Bins: words");
if (BinsLayout.WORDS + BIN_WORDS * 4 != BinsLayout.RINGS) ERROR("Bins: rings");
if (BinsLayout.RINGS + BIN_COUNT * 8 != BinsLayout.SIZE) ERROR("Bins: size");
if (EXACT + ((32 - EXACT_BITS) << STEP_BITS) > BIN_COUNT) ERROR("Bins: the largest piece has no bin");
if (BIN_WORDS << 5 < BIN_COUNT) ERROR("Bins: a bin has no bit");
if (MmNodeLayout.LINK1 != <i32>MmNodeLayout.LINK0 + 4) ERROR("Bins: a ring holds both links");

/** The bin for pieces of `pages` pages. */
export function binOf(pages: u32): u32 {
  if (pages < EXACT) return pages;
  const exponent = 31 - clz(pages);
  return EXACT + ((exponent - EXACT_BITS) << STEP_BITS) + ((pages >>> (exponent - STEP_BITS)) & (STEPS - 1));
}

/** The members of a ring after and before `node`. */
function behind(node: MmNode): MmNode {
  return changetype<MmNode>(node.link1);
}
function before(node: MmNode): MmNode {
  return changetype<MmNode>(node.link0);
}

export function binsInit(bins: Bins): void {
  bins.summary = 0;
  memory.fill(changetype<usize>(bins) + BinsLayout.WORDS, 0, BIN_WORDS << 2);
  for (let bin: u32 = 0; bin < BIN_COUNT; bin++) {
    const ring = bins.ring(bin);
    ring.link0 = ring;
    ring.link1 = ring;
  }
}

/** Adds a free piece as the first of its bin. */
export function binsAdd(bins: Bins, node: MmNode): void {
  const bin = binOf(node.pages);
  const ring = bins.ring(bin);
  const first = behind(ring);
  node.link0 = ring;
  node.link1 = first;
  first.link0 = node;
  ring.link1 = node;
  bins.mark(bin);
}

/** Removes a piece that was entered with `pages` pages, even if it has changed since. */
export function binsRemove(bins: Bins, node: MmNode, pages: u32): void {
  const lower = before(node);
  const upper = behind(node);
  lower.link1 = upper;
  upper.link0 = lower;
  // If only the bin itself is left, the bin is empty.
  if (lower === upper) bins.unmark(binOf(pages));
}

/** Updates a piece that has changed since it was entered with `pages` pages. */
export function binsResize(bins: Bins, node: MmNode, pages: u32): void {
  if (binOf(node.pages) == binOf(pages)) return;
  binsRemove(bins, node, pages);
  binsAdd(bins, node);
}

/**
 * The piece at which a search below the zone looks first, if it is suitable; otherwise null. Most requests need no
 * further search.
 */
export function binsFirst(bins: Bins, zone: Zone, pages: u32, alignment: u32): MmNode | null {
  const bin = bins.next(binOf(pages));
  if (bin == NO_BIN) return null;
  const first = behind(bins.ring(bin));
  return pieceFits(first, pages, alignment) && !isInZone(zone, first) ? first : null;
}

/** A free piece with room for `pages` pages at a multiple of `alignment` pages; null if there is none. */
export function binsSearch(bins: Bins, zone: Zone, pages: u32, alignment: u32, where: Where): MmNode | null {
  const probes: u32 = where == Where.ANYWHERE ? U32.MAX_VALUE : PROBES;
  let binsLeft: u32 = where == Where.IN_ZONE ? ZONE_BINS : BIN_COUNT;
  for (let bin = bins.next(binOf(pages)); bin != NO_BIN && binsLeft > 0; bin = bins.next(bin + 1), binsLeft--) {
    const ring = bins.ring(bin);
    let node = behind(ring);
    for (let left = probes; left > 0 && node !== ring; left--, node = behind(node)) {
      if (pieceFits(node, pages, alignment) && isWanted(zone, node, where)) return node;
    }
  }
  return null;
}

/** The highest of the first pieces in the last bin. */
export function binsLargest(bins: Bins): MmNode | null {
  const bin = bins.last();
  if (bin == NO_BIN) return null;
  const ring = bins.ring(bin);
  let best = behind(ring);
  let node = best;
  for (let left = PROBES; left > 0 && node !== ring; left--, node = behind(node)) {
    if (node.page > best.page) best = node;
  }
  return best;
}

/** Is `node` in the bin of its size? */
export function binsHold(bins: Bins, node: MmNode): bool {
  const ring = bins.ring(binOf(node.pages));
  let candidate = behind(ring);
  while (candidate !== ring && candidate !== node) candidate = behind(candidate);
  return candidate === node;
}

/** Number of pieces in all bins. */
export function binsCount(bins: Bins): u32 {
  let count: u32 = 0;
  for (let bin: u32 = 0; bin < BIN_COUNT; bin++) {
    const ring = bins.ring(bin);
    for (let node = behind(ring); node !== ring; node = behind(node)) count++;
  }
  return count;
}

/** Do the bitmaps say which bins have pieces? */
export function binsAreMarked(bins: Bins): bool {
  if (!bins.isSummaryRight()) return false;
  for (let bin: u32 = 0; bin < BIN_COUNT; bin++) {
    const ring = bins.ring(bin);
    if ((bins.next(bin) == bin) != (behind(ring) !== ring)) return false;
  }
  return true;
}
