/**
 * The index of allocated pieces: it finds the piece that starts at a page.
 *
 *      0       4       8        12          16      20        24
 *     +-------+-------+--------+-----------+-------+---------+-------------------+
 *     | first | shift | tables | foundPage | found | foundIn | top: 4096 entries |      entry: a word
 *     +-------+-------+--------+-----------+-------+---------+-------------------+
 *
 * The index is a trie over page numbers, counted from the first managed page. The highest digit has twelve bits and
 * selects an entry of the top. Every other digit has three bits and selects an entry of a table. The two lowest bits of
 * a number are no digit: an entry of a last table is for four pages. Tables are blocks of the node slabs with eight
 * entries each. An entry is empty, or points to a table, or starts a chain of pieces:
 *
 *      31                                2   1   0
 *     +-----------------------------------+----+---+
 *     | address of a table                | 0  | 1 |       table: for the next three bits
 *     | address of a piece                | 0  | 0 |       piece: the chain goes on at its link0
 *     +-----------------------------------+----+---+
 *
 * A chain of four pages has at most four pieces. A chain of more pages becomes a table when a third piece joins it, if
 * blocks can be spared. So entering a piece never needs a block and never fails; only some chains are longer while
 * blocks are scarce. A table that becomes empty is freed. Pieces that are neighbours in memory share entries and tables.
 * So if every page is a piece of its own, the index takes a thirty-second of the memory of the pieces.
 *
 * A piece is looked up shortly before it is removed. So the index keeps the last look-up, until the next change.
 *
 * With 1 GiB of memory a path passes the top and at most two tables. With all memory that page numbers can express it
 * passes at most six tables.
 */

import { MM_NODE_RESERVE } from "../libaos/reserves";
import { Slabs, slabFree, slabGive, slabTake } from "../libaos/slab";
import { INDEX_TOP_BITS, IndexLayout, MmNodeLayout } from "./layout/mm-layout";
import { MmNode } from "./node";

const DIGIT_BITS: u32 = 3;
const DIGITS: u32 = 1 << DIGIT_BITS;
/** Position of the lowest digit, in bits. */
const LOWEST_SHIFT: u32 = 2;
/** No tables are made unless more than this many blocks are free. */
const SPARE_BLOCKS: u32 = MM_NODE_RESERVE;

/** A word that leads to the next piece of a chain: an entry without a table, or the link of a piece. */
@unmanaged
class Link {
  piece: MmNode | null;
}

/** The link of `piece` to the next piece of its chain. */
function linkOf(piece: MmNode): Link {
  return changetype<Link>(changetype<usize>(piece) + MmNodeLayout.LINK0);
}

/** A word of the top or of a table. */
@unmanaged
class Entry {
  private word: usize;

  get isTable(): bool {
    return (this.word & 1) != 0;
  }
  get isEmpty(): bool {
    return this.word == 0;
  }
  /** The first piece of the chain. Do not call it for an entry that points to a table. */
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

/** A table of eight entries. */
@unmanaged
class Table {
  private entries01: u64;
  private entries23: u64;
  private entries45: u64;
  private entries67: u64;

  /** The entry for the three-bit digit of `number` at bit `shift`. */
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
  /** The page that has the number 0 in the index. */
  first: u32;
  /** Position of the highest digit, in bits. */
  shift: u32;
  /** Number of tables in use. */
  tables: u32;
  /** The page of the last look-up. */
  foundPage: u32;
  /** The link to its piece; null if the index has changed since. */
  found: Link | null;
  /** The table that holds the entry of the chain; null if the top does. */
  foundIn: Table | null;

  /** Entry `digit` of the top. */
  at(digit: u32): Entry {
    return changetype<Entry>(changetype<usize>(this) + IndexLayout.TOP + (digit << 2));
  }
}

const TOP_DIGITS: u32 = 1 << INDEX_TOP_BITS;

if (offsetof<Index>() != IndexLayout.TOP) ERROR("Index: top");
if (IndexLayout.TOP + (1 << INDEX_TOP_BITS) * 4 != IndexLayout.SIZE) ERROR("Index: size");

/** Makes the index empty. */
export function indexInit(index: Index): void {
  index.first = 0;
  index.shift = LOWEST_SHIFT;
  index.tables = 0;
  index.found = null;
  memory.fill(changetype<usize>(index) + IndexLayout.TOP, 0, TOP_DIGITS << 2);
}

/** Does the index have room for the pages from `first` up to, but not including, `end`? */
export function indexSpans(index: Index, first: u32, end: u32): bool {
  return first >= index.first && (end - 1 - index.first) >>> index.shift < TOP_DIGITS;
}

/** Makes room in an empty index for the pages from `first` up to, but not including, `end`. */
export function indexSetSpan(index: Index, first: u32, end: u32): void {
  index.first = first;
  index.shift = LOWEST_SHIFT;
  while (!indexSpans(index, first, end)) index.shift += DIGIT_BITS;
}

/** The piece that starts at `page`; null if there is none. */
export function indexFind(index: Index, page: u32): MmNode | null {
  const number = page - index.first;
  let shift = index.shift;
  // The page is outside the span of the index.
  if (number >>> shift >= TOP_DIGITS) return null;
  let entry = index.at(number >>> shift);
  let table: Table | null = null;
  while (entry.isTable) {
    table = entry.table;
    shift -= DIGIT_BITS;
    entry = table.at(number, shift);
  }
  let link = changetype<Link>(entry);
  let piece = link.piece;
  while (piece && piece.page != page) {
    link = linkOf(piece);
    piece = link.piece;
  }
  index.foundPage = page;
  index.found = link;
  index.foundIn = table;
  return piece;
}

/** Turns the chain of an entry into a table for the digits at bit `shift`. Returns false if no block can be spared. */
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

/** Does the chain of an entry have two pieces or more? */
function isFull(entry: Entry): bool {
  const first = entry.chain;
  return first !== null && first.link0 !== null;
}

/** Makes tables of an entry until the chain for `number` has room, or no block can be spared. Returns its entry. */
function deepen(index: Index, slabs: Slabs, entry: Entry, number: u32, shift: u32): Entry {
  while (shift != LOWEST_SHIFT && isFull(entry) && burst(index, slabs, entry, shift - DIGIT_BITS)) {
    shift -= DIGIT_BITS;
    entry = entry.table.at(number, shift);
  }
  return entry;
}

/** Enters a piece. The index must not contain a piece with the same page. */
export function indexInsert(index: Index, slabs: Slabs, piece: MmNode): void {
  const number = piece.page - index.first;
  let shift = index.shift;
  let entry = index.at(number >>> shift);
  index.found = null;
  while (entry.isTable) {
    shift -= DIGIT_BITS;
    entry = entry.table.at(number, shift);
  }
  if (shift != LOWEST_SHIFT && isFull(entry)) entry = deepen(index, slabs, entry, number, shift);
  piece.link0 = entry.chain;
  entry.chain = piece;
}

/**
 * Frees the empty tables on the path to `number`, starting from the last one. `entry` is the entry for the digit at bit
 * `shift`.
 */
function prune(index: Index, slabs: Slabs, entry: Entry, number: u32, shift: u32): void {
  if (!entry.isTable) return;
  const table = entry.table;
  const next = shift - DIGIT_BITS;
  prune(index, slabs, table.at(number, next), number, next);
  if (!table.isEmpty) return;
  entry.chain = null;
  slabGive(slabs, changetype<usize>(table));
  index.tables--;
}

/** Removes a piece that is in the index. It looks the piece up again if the index has changed since the last look-up. */
export function indexRemove(index: Index, slabs: Slabs, piece: MmNode): void {
  const page = piece.page;
  if (index.found === null || index.foundPage != page) indexFind(index, page);
  changetype<Link>(index.found).piece = piece.link0;
  index.found = null;
  const table = index.foundIn;
  if (table && table.isEmpty) {
    const number = page - index.first;
    prune(index, slabs, index.at(number >>> index.shift), number, index.shift);
  }
}

function clearBelow(slabs: Slabs, entry: Entry): void {
  if (!entry.isTable) return;
  for (let digit: u32 = 0; digit < DIGITS; digit++) clearBelow(slabs, entry.table.at(digit, 0));
  slabFree(slabs, changetype<usize>(entry.table));
}

/** Empties the index and frees its tables. The pieces themselves stay. */
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

/** Number of pieces in the index. It visits all of them. */
export function indexCount(index: Index): u32 {
  let count: u32 = 0;
  for (let digit: u32 = 0; digit < TOP_DIGITS; digit++) {
    const entry = index.at(digit);
    if (!entry.isEmpty) count += countBelow(entry);
  }
  return count;
}
