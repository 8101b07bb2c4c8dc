/**
 * The index of allocated pieces: which piece begins at this page?
 *
 * A trie over page numbers, three bits a level from the highest down. Its tables are blocks of the node slabs, eight
 * words each; a word is empty, or leads to a table, or begins a chain of pieces:
 *
 *      31                                2   1   0
 *     +-----------------------------------+----+---+
 *     | address of a table                | 0  | 1 |       table: eight words, for the next three bits
 *     | address of a piece                | 0  | 0 |       piece: the chain goes on at its link0
 *     +-----------------------------------+----+---+
 *
 * A chain that would get longer than `CHAIN_MAX` becomes a table, if there are blocks to spare. So entering a piece never
 * needs a block and never fails; while blocks are scarce some chains are longer, that is all. A table that becomes empty
 * is given back. Neighbours in memory share tables, so that the index of a memory full of pages is an eighth as large as
 * the pieces, and a path touches few pages.
 *
 * No path is longer than the page numbers of the largest region have digits: seven on a machine of 32 bits.
 */
import { IndexLayout } from "../layout/mm-layout";
import { MM_NODE_RESERVE } from "../libaos/reserves";
import { Slabs, slabFree, slabTake } from "../libaos/slab";
import { MmNode } from "./node";

const DIGIT_BITS: u32 = 3;
const DIGITS: u32 = 1 << DIGIT_BITS;
/** Pieces that a word leads to before it leads to a table. */
const CHAIN_MAX: u32 = 2;
/** Free blocks below which no tables are made. */
const SPARE_BLOCKS: u32 = MM_NODE_RESERVE;

/** A word of the trie: its top, or one of a table. */
@unmanaged
class Entry {
  private word: usize;

  get isTable(): bool {
    return (this.word & 1) != 0;
  }
  get isEmpty(): bool {
    return this.word == 0;
  }
  /** First piece of the chain; not to be asked of an entry that leads to a table. */
  get chain(): MmNode | null {
    return changetype<MmNode | null>(this.word);
  }
  set chain(first: MmNode | null) {
    this.word = changetype<usize>(first);
  }
  get table(): usize {
    return this.word & ~(<usize>1);
  }
  set table(table: usize) {
    this.word = table | 1;
  }
  /** The word of the table that this one leads to, for the digit of `page` at bit `shift`. */
  next(page: u32, shift: u32): Entry {
    return entryOf(this.table, page, shift);
  }
}

/** The word of a table for the digit of `page` at bit `shift`. */
function entryOf(table: usize, page: u32, shift: u32): Entry {
  return changetype<Entry>(table + (((page >>> shift) & (DIGITS - 1)) << 2));
}

@unmanaged
export class Index {
  /** The word that everything hangs on. */
  topWord: usize;
  /** Position of the highest digit. */
  shift: u32;
  /** Tables in use. */
  tables: u32;

  get top(): Entry {
    return changetype<Entry>(this);
  }
}

if (offsetof<Index>("shift") != IndexLayout.SHIFT) ERROR("Index: shift");
if (offsetof<Index>() != IndexLayout.SIZE) ERROR("Index: size");

/** An empty index for pages below `end`. */
export function indexInit(index: Index): void {
  index.top.chain = null;
  index.shift = 0;
  index.tables = 0;
}

/** Blocks that `indexExtend` takes. */
export function indexExtendNodes(index: Index, end: u32): u32 {
  let levels: u32 = 0;
  for (let shift = index.shift; shift < 30 && (end - 1) >>> (shift + DIGIT_BITS) != 0; shift += DIGIT_BITS) levels++;
  return index.top.isTable ? levels : 0;
}

/** Makes the index fit for pages below `end`: more digits, in front. */
export function indexExtend(index: Index, slabs: Slabs, end: u32): void {
  while (index.shift < 30 && (end - 1) >>> (index.shift + DIGIT_BITS) != 0) {
    const top = index.top;
    if (top.isTable) {
      const before = top.table;
      top.table = slabTake(slabs);
      top.next(0, 0).table = before;
      index.tables++;
    }
    index.shift += DIGIT_BITS;
  }
}

/** Where the last `indexFind` ended: to be copied at once, and good until the index changes. */
export class Place {
  /** The entry whose chain was looked at, and the table it stands in; 0 for the top. */
  static entry: usize = 0;
  static table: usize = 0;
}

/** The piece at `page`; null if there is none. -> Place.entry, Place.table */
export function indexFind(index: Index, page: u32): MmNode | null {
  let entry = index.top;
  let table: usize = 0;
  for (let shift = index.shift; entry.isTable; shift -= DIGIT_BITS) {
    table = entry.table;
    entry = entryOf(table, page, shift);
  }
  Place.entry = changetype<usize>(entry);
  Place.table = table;
  let node = entry.chain;
  while (node && node.page != page) node = node.link0;
  return node;
}

/** Makes the chain of an entry a table; false if there is no block to spare. */
function burst(index: Index, slabs: Slabs, entry: Entry, shift: u32): bool {
  if (slabs.free <= SPARE_BLOCKS) return false;
  let node = entry.chain;
  entry.table = slabTake(slabs);
  index.tables++;
  while (node) {
    const rest: MmNode | null = node.link0;
    const next = entry.next(node.page, shift);
    node.link0 = next.chain;
    next.chain = node;
    node = rest;
  }
  return true;
}

/** Has an entry a chain that is full? */
function isFull(entry: Entry): bool {
  let length: u32 = 0;
  let node = entry.chain;
  while (node) {
    length++;
    node = node.link0;
  }
  return length >= CHAIN_MAX;
}

/** Enters a piece; none with the same page is in the index. */
export function indexInsert(index: Index, slabs: Slabs, piece: MmNode): void {
  const page = piece.page;
  let entry = index.top;
  for (
    let shift = index.shift;
    entry.isTable || (isFull(entry) && burst(index, slabs, entry, shift));
    shift -= DIGIT_BITS
  ) {
    entry = entry.next(page, shift);
  }
  piece.link0 = entry.chain;
  entry.chain = piece;
}

function isEmptyTable(table: usize): bool {
  for (let digit: u32 = 0; digit < DIGITS; digit++) {
    if (!changetype<Entry>(table + (digit << 2)).isEmpty) return false;
  }
  return true;
}

/** Gives back the empty tables on the way to `page`, from the last one up. */
function prune(index: Index, slabs: Slabs, entry: Entry, page: u32, shift: u32): void {
  if (!entry.isTable) return;
  prune(index, slabs, entry.next(page, shift), page, shift - DIGIT_BITS);
  const table = entry.table;
  if (!isEmptyTable(table)) return;
  entry.chain = null;
  slabFree(slabs, table);
  index.tables--;
}

/** Takes out the piece that `indexFind` found at the place `entry`, `table`. */
export function indexRemove(index: Index, slabs: Slabs, piece: MmNode, entry: usize, table: usize): void {
  const place = changetype<Entry>(entry);
  let node = changetype<MmNode>(place.chain);
  if (node === piece) {
    place.chain = piece.link0;
    if (table != 0 && place.isEmpty && isEmptyTable(table)) prune(index, slabs, index.top, piece.page, index.shift);
    return;
  }
  while (node.link0 !== piece) node = changetype<MmNode>(node.link0);
  node.link0 = piece.link0;
}

function clearBelow(slabs: Slabs, entry: Entry): void {
  if (!entry.isTable) return;
  for (let digit: u32 = 0; digit < DIGITS; digit++) clearBelow(slabs, entry.next(digit, 0));
  slabFree(slabs, entry.table);
}

/** Gives all tables back; the pieces are the caller's. */
export function indexClear(index: Index, slabs: Slabs): void {
  clearBelow(slabs, index.top);
  indexInit(index);
}

function countBelow(entry: Entry): u32 {
  let count: u32 = 0;
  if (entry.isTable) {
    for (let digit: u32 = 0; digit < DIGITS; digit++) count += countBelow(entry.next(digit, 0));
    return count;
  }
  let node = entry.chain;
  while (node) {
    count++;
    node = node.link0;
  }
  return count;
}

/** Pieces in the index. Looks at all of them. */
export function indexCount(index: Index): u32 {
  return countBelow(index.top);
}
