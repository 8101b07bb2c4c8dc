/**
 * A slot block: 256 consecutive slots of one CNode, with one bit each. All slot allocators consist of slot blocks.
 *
 *      0        8         12     14      16      20      24     28         32                            64
 *     +--------+---------+------+-------+-------+-------+------+----------+-----------------------------+
 *     | cnode  | summary | free | count | owner | first | next | previous | words: 8 x 32 bits, 1: free |
 *     +--------+---------+------+-------+-------+-------+------+----------+-----------------------------+
 *
 * Bit w of `summary` is set if word w has a free slot. So two counts of trailing zeros find the lowest free slot. Slot
 * numbers in this file are relative to the block; `first` is the number of the block's slot 0 in the CNode.
 */
import { L2_CNODE_SLOTS } from "../../kpi/types";
import { capref, cnoderef } from "../capref";
import { SLOT_BLOCK_WORDS, SlotBlockLayout } from "../layout/slot-layout";

/** The result of `takeRun` if there is no such row of slots. */
export const NO_SLOT: u32 = 0xffffffff;

@unmanaged
export class SlotBlock {
  cnode: cnoderef;
  private summary: u32;
  /** Number of free slots. */
  free: u16;
  /** Number of slots that may be handed out: the first ones of the block. */
  count: u16;
  /** The allocator that hands these slots out, a `SlotAllocator`. */
  owner: usize;
  first: u32;
  next: SlotBlock | null;
  previous: SlotBlock | null;

  private wordAddress(word: u32): usize {
    return changetype<usize>(this) + SlotBlockLayout.WORDS + (word << 2);
  }
  private getWord(word: u32): u32 {
    return load<u32>(this.wordAddress(word));
  }
  private setWord(word: u32, bits: u32): void {
    store<u32>(this.wordAddress(word), bits);
  }

  /** Starts with slots 0 to `count` - 1 free. */
  init(cnode: cnoderef, first: u32, count: u32): void {
    this.cnode = cnode;
    this.summary = 0;
    this.free = 0;
    this.count = u16(count);
    this.owner = 0;
    this.first = first;
    this.next = null;
    this.previous = null;
    for (let word: u32 = 0; word < SLOT_BLOCK_WORDS; word++) this.setWord(word, 0);
    for (let slot: u32 = 0; slot < count; slot++) this.give(slot);
  }

  /** Reference to a slot. */
  capref(slot: u32): capref {
    return capref(this.cnode, this.first + slot);
  }

  /** Is slot `slot` handed out, so that it can be given back? */
  isTaken(slot: u32): bool {
    return slot < this.count && !this.isFree(slot);
  }

  isFree(slot: u32): bool {
    return (this.getWord(slot >>> 5) & (1 << (slot & 31))) != 0;
  }

  /** Takes the lowest free slot. At least one must be free. */
  take(): u32 {
    const word = ctz(this.summary);
    const bits = this.getWord(word);
    const rest = bits & (bits - 1);
    this.setWord(word, rest);
    if (rest == 0) this.summary &= ~(1 << word);
    this.free--;
    return (word << 5) + ctz(bits);
  }

  /** Takes the slot with number `slot`, which must be free. */
  takeAt(slot: u32): void {
    const word = slot >>> 5;
    const rest = this.getWord(word) & ~(1 << (slot & 31));
    this.setWord(word, rest);
    if (rest == 0) this.summary &= ~(1 << word);
    this.free--;
  }

  /** Takes the lowest `count` consecutive free slots and returns the first; `NO_SLOT` if there are none. */
  takeRun(count: u32): u32 {
    let length: u32 = 0;
    for (let slot: u32 = 0; slot < L2_CNODE_SLOTS; slot++) {
      length = this.isFree(slot) ? length + 1 : 0;
      if (length < count) continue;
      const start = slot + 1 - count;
      for (let i: u32 = 0; i < count; i++) this.takeAt(start + i);
      return start;
    }
    return NO_SLOT;
  }

  /** Makes a taken slot free. */
  give(slot: u32): void {
    const word = slot >>> 5;
    this.setWord(word, this.getWord(word) | (1 << (slot & 31)));
    this.summary |= 1 << word;
    this.free++;
  }
}

if (offsetof<SlotBlock>("free") != SlotBlockLayout.FREE) ERROR("SlotBlock: free");
if (offsetof<SlotBlock>("count") != SlotBlockLayout.COUNT) ERROR("SlotBlock: count");
if (offsetof<SlotBlock>("next") != SlotBlockLayout.NEXT) ERROR("SlotBlock: next");
if (offsetof<SlotBlock>() != SlotBlockLayout.WORDS) ERROR("SlotBlock: the words come last");
if (SlotBlockLayout.WORDS + SLOT_BLOCK_WORDS * 4 != SlotBlockLayout.SIZE) ERROR("SlotBlock: size");
if (SLOT_BLOCK_WORDS * 32 != L2_CNODE_SLOTS) ERROR("a block has a bit for each slot of an L2CNode");
