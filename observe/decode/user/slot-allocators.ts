/** Decodes slot allocators and the blocks of slots that they hand out. `system/libaos/slot/` draws the bytes. */
import {
  RootSlotsLayout,
  SLOT_BLOCK_WORDS,
  SlotAllocatorKind,
  SlotAllocatorLayout,
  SlotBlockLayout,
} from "../../../system/libaos/layout/slot-layout";
import { type Damage, decodeList } from "../damage";
import type { MemoryReader } from "../memory-reader";

export interface SlotBlock {
  at: number;
  /** Capability address of the CNode's first slot; 0 for the root CNode. */
  cnode: number;
  /** Number of the block's first slot in the CNode. */
  first: number;
  count: number;
  free: number;
  /** One character for each slot: `.` free, `#` handed out. */
  map: string;
}

export interface SlotAllocator {
  at: number;
  kind: string;
  free: number;
  total: number;
  /** The allocator grows when at most this number of slots is free. */
  low: number;
  growths: number;
  failedGrowths: number;
  /** Blocks with free slots come first. */
  blocks: SlotBlock[];
}

const KIND_NAMES: Record<number, string> = {
  [SlotAllocatorKind.SINGLE]: "single",
  [SlotAllocatorKind.PREALLOC]: "prealloc",
  [SlotAllocatorKind.MULTI]: "multi",
  [SlotAllocatorKind.RANGE]: "range",
  [SlotAllocatorKind.ROOT]: "root",
};

export function decodeSlotAllocator(reader: MemoryReader, at: number, damage?: Damage): SlotAllocator {
  const word = (offset: SlotAllocatorLayout) => reader.u32(at + offset);
  const next = (block: number) => reader.u32(block + SlotBlockLayout.NEXT);
  const kind = word(SlotAllocatorLayout.KIND);
  const blocks = [word(SlotAllocatorLayout.BLOCKS), word(SlotAllocatorLayout.FULL)];
  return {
    at,
    kind: KIND_NAMES[kind] ?? `kind ${kind}`,
    free: word(SlotAllocatorLayout.SPACE),
    total: word(SlotAllocatorLayout.TOTAL),
    low: word(SlotAllocatorLayout.LOW),
    growths: word(SlotAllocatorLayout.GROWTHS),
    failedGrowths: word(SlotAllocatorLayout.FAILED_GROWTHS),
    blocks: blocks.flatMap((first) =>
      decodeList(damage, "slot block", first, next, (block) => decodeBlock(reader, block)),
    ),
  };
}

function decodeBlock(reader: MemoryReader, at: number): SlotBlock {
  const count = reader.u16(at + SlotBlockLayout.COUNT);
  const words = Array.from({ length: SLOT_BLOCK_WORDS }, (_, index) =>
    reader.u32(at + SlotBlockLayout.WORDS + 4 * index),
  );
  const isFree = (slot: number) => (((words[slot >>> 5] as number) >>> (slot & 31)) & 1) === 1;
  return {
    at,
    cnode: reader.u32(at + SlotBlockLayout.CNODE),
    first: reader.u32(at + SlotBlockLayout.FIRST),
    count,
    free: reader.u16(at + SlotBlockLayout.FREE),
    map: Array.from({ length: count }, (_, slot) => (isFree(slot) ? "." : "#")).join(""),
  };
}

export interface RootSlots {
  allocator: SlotAllocator;
  /** Number of slots in the root CNode. */
  slots: number;
  /** Number of groups of 256 root slots that have records. */
  segments: number;
}

export function decodeRootSlots(reader: MemoryReader, at: number, damage?: Damage): RootSlots {
  return {
    allocator: decodeSlotAllocator(reader, at + RootSlotsLayout.ALLOCATOR, damage),
    slots: reader.u32(at + RootSlotsLayout.SLOTS),
    segments: reader.u32(at + RootSlotsLayout.SEGMENTS_USED),
  };
}
