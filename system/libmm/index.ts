/**
 * The index of allocated pieces: which piece begins at this page?
 *
 *      0       4       8        12
 *     +-------+-------+--------+-------------------+
 *     | first | shift | tables | top: 4096 entries |      entry: a word
 *     +-------+-------+--------+-------------------+
 *
 * A trie over the numbers of pages, counted from the first that is managed. The highest digit has twelve bits and chooses
 * an entry of the top; every other has three and chooses one of a table. Tables are blocks of the node slabs, eight entries
 * each. An entry is empty, or leads to a table, or begins a chain of pieces:
 *
 *      31                                2   1   0
 *     +-----------------------------------+----+---+
 *     | address of a table                | 0  | 1 |       table: for the next three bits
 *     | address of a piece                | 0  | 0 |       piece: the chain goes on at its link0
 *     +-----------------------------------+----+---+
 *
 * A chain that would get longer than `CHAIN_MAX` becomes a table, if there are blocks to spare. So entering a piece never
 * needs a block and never fails; while blocks are scarce some chains are longer, that is all. A table that becomes empty
 * is given back. Neighbours in memory share tables, so that the index of a memory full of pages is an eighth as large as
 * the pieces, and a path touches few pages.
 *
 * In a GiB of memory a path leads from the top through two tables at most; in all that page numbers can express, seven.
 */

import { MM_NODE_RESERVE } from "../libaos/reserves";
import { Slabs, slabFree, slabTake } from "../libaos/slab";
import { INDEX_TOP_BITS, IndexLayout, MmNodeLayout } from "./layout/mm-layout";
import { MmNode } from "./node";

const DIGIT_BITS: u32 = 3;
const DIGITS: u32 = 1 << DIGIT_BITS;
/** Pieces that a word leads to before it leads to a table. */
const CHAIN_MAX: u32 = 2;
/** Free blocks below which no tables are made. */
const SPARE_BLOCKS: u32 = MM_NODE_RESERVE;

/** A word of the trie: of its top, or of a table. */
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
  get table(): Table {
    return changetype<Table>(this.word & ~(<usize>1));
  }
  set table(table: Table) {
    this.word = changetype<usize>(table) | 1;
  }
}

/** Eight entries. */
@unmanaged
class Table {
  private entries01: u64;
  private entries23: u64;
  private entries45: u64;
  private entries67: u64;

  /** The entry for the digit of `number` at bit `shift`. */
  at(number: u32, shift: u32): Entry {
    return changetype<Entry>(changetype<usize>(this) + (((number >>> shift) & (DIGITS - 1)) << 2));
  }
  get isEmpty(): bool {
    return (this.entries01 | this.entries23 | this.entries45 | this.entries67) == 0;
  }
}

if (offsetof<Table>() != DIGITS * 4) ERROR("Table: size");
if (offsetof<Table>() != MmNodeLayout.SIZE) ERROR("tables and nodes share a slab allocator");

@unmanaged
export class Index {
  /** The page that counts as number 0. */
  first: u32;
  /** Position of the top's digit. */
  shift: u32;
  /** Tables in use. */
  tables: u32;

  /** The entry of the top that number `digit` chooses. */
  at(digit: u32): Entry {
    return changetype<Entry>(changetype<usize>(this) + IndexLayout.TOP + (digit << 2));
  }
}

const TOP_DIGITS: u32 = 1 << INDEX_TOP_BITS;

if (offsetof<Index>() != IndexLayout.TOP) ERROR("Index: top");
if (IndexLayout.TOP + (1 << INDEX_TOP_BITS) * 4 != IndexLayout.SIZE) ERROR("Index: size");

/** An empty index. */
export function indexInit(index: Index): void {
  index.first = 0;
  index.shift = 0;
  index.tables = 0;
  memory.fill(changetype<usize>(index) + IndexLayout.TOP, 0, TOP_DIGITS << 2);
}

/** Has an index room for the pages from `first` to before `end`? */
export function indexSpans(index: Index, first: u32, end: u32): bool {
  return first >= index.first && (end - 1 - index.first) >>> index.shift < TOP_DIGITS;
}

/** Makes room in an empty index for the pages from `first` to before `end`. */
export function indexSetSpan(index: Index, first: u32, end: u32): void {
  index.first = first;
  index.shift = 0;
  while (!indexSpans(index, first, end)) index.shift += DIGIT_BITS;
}

/** The piece at `page`; null if there is none. */
export function indexFind(index: Index, page: u32): MmNode | null {
  const number = page - index.first;
  let shift = index.shift;
  // Is it a page far from all regions?
  if (number >>> shift >= TOP_DIGITS) return null;
  let entry = index.at(number >>> shift);
  while (entry.isTable) {
    shift -= DIGIT_BITS;
    entry = entry.table.at(number, shift);
  }
  let node = entry.chain;
  while (node && node.page != page) node = node.link0;
  return node;
}

/** Makes the chain of an entry a table for the digits at bit `shift`; false if there is no block to spare. */
function burst(index: Index, slabs: Slabs, entry: Entry, shift: u32): bool {
  if (slabs.free <= SPARE_BLOCKS) return false;
  const table = changetype<Table>(slabTake(slabs));
  index.tables++;
  let node = entry.chain;
  while (node) {
    const rest: MmNode | null = node.link0;
    const next = table.at(node.page - index.first, shift);
    node.link0 = next.chain;
    next.chain = node;
    node = rest;
  }
  entry.table = table;
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
  const number = piece.page - index.first;
  let shift = index.shift;
  let entry = index.at(number >>> shift);
  while (entry.isTable || (isFull(entry) && burst(index, slabs, entry, shift - DIGIT_BITS))) {
    shift -= DIGIT_BITS;
    entry = entry.table.at(number, shift);
  }
  piece.link0 = entry.chain;
  entry.chain = piece;
}

/** Gives back the empty tables on the way to `number`, from the last one up. The digit at bit `shift` has led to `entry`. */
function prune(index: Index, slabs: Slabs, entry: Entry, number: u32, shift: u32): void {
  if (!entry.isTable) return;
  const table = entry.table;
  const next = shift - DIGIT_BITS;
  prune(index, slabs, table.at(number, next), number, next);
  if (!table.isEmpty) return;
  entry.chain = null;
  slabFree(slabs, changetype<usize>(table));
  index.tables--;
}

/**
 * Takes out a piece that is in the index. It looks the piece up itself: an allocation changes the index, so no place that
 * was found before one may be used after it.
 */
export function indexRemove(index: Index, slabs: Slabs, piece: MmNode): void {
  const number = piece.page - index.first;
  let shift = index.shift;
  let entry = index.at(number >>> shift);
  let table: usize = 0;
  while (entry.isTable) {
    table = changetype<usize>(entry.table);
    shift -= DIGIT_BITS;
    entry = entry.table.at(number, shift);
  }
  let node = changetype<MmNode>(entry.chain);
  if (node === piece) {
    entry.chain = piece.link0;
    if (table != 0 && changetype<Table>(table).isEmpty) {
      prune(index, slabs, index.at(number >>> index.shift), number, index.shift);
    }
    return;
  }
  while (node.link0 !== piece) node = changetype<MmNode>(node.link0);
  node.link0 = piece.link0;
}

function clearBelow(slabs: Slabs, entry: Entry): void {
  if (!entry.isTable) return;
  for (let digit: u32 = 0; digit < DIGITS; digit++) clearBelow(slabs, entry.table.at(digit, 0));
  slabFree(slabs, changetype<usize>(entry.table));
}

/** Empties an index and gives its tables back; the pieces are the caller's. */
export function indexClear(index: Index, slabs: Slabs): void {
  for (let digit: u32 = 0; digit < TOP_DIGITS; digit++) {
    const entry = index.at(digit);
    if (entry.isEmpty) continue;
    clearBelow(slabs, entry);
    entry.chain = null;
  }
  index.tables = 0;
}

function countBelow(entry: Entry): u32 {
  let count: u32 = 0;
  if (entry.isTable) {
    for (let digit: u32 = 0; digit < DIGITS; digit++) count += countBelow(entry.table.at(digit, 0));
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
  let count: u32 = 0;
  for (let digit: u32 = 0; digit < TOP_DIGITS; digit++) {
    const entry = index.at(digit);
    if (!entry.isEmpty) count += countBelow(entry);
  }
  return count;
}
