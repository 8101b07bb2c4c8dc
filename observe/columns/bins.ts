/**
 * The free pieces of libmm by size, in the classes of the policy that keeps them.
 *
 *     policy                     classes, in pages
 *     typefish (segregated fit)  a bin for each size up to 63; from there on eight bins for each power of two
 *     buddy                      a list for each power of two: the largest block that the piece contains
 *     the others                 one list or tree of all pieces; here by powers of two of their size
 *
 * For the first two, `listed` counts the pieces that the policy's own lists contain, so that a list that is broken can
 * be seen.
 */
import {
  BIN_COUNT,
  BinsLayout,
  MmLayout,
  MmNodeLayout,
  MmPolicy,
  NodeType,
  PolicyLayout,
} from "../../system/libmm/layout/mm-layout";
import { Damage, readable, Unreadable } from "../decode/damage";
import type { PieceColumns } from "./pieces";
import type { VirtualMemory } from "./virtual-memory";

export interface BinColumns {
  /** An `MmPolicy`. */
  readonly policy: number;
  readonly count: number;
  /** Smallest and largest number of pages of a piece in each class. */
  readonly smallest: Uint32Array;
  readonly largest: Uint32Array;
  /** Number of free pieces in each class, and their pages. */
  readonly pieces: Uint32Array;
  readonly pages: Float64Array;
  /** Number of pieces in the policy's list for the class; null if the policy has no list for each class. */
  readonly listed: Uint32Array | null;
}

const ORDERS = 32;
const EXACT_BITS = 6;
const EXACT = 1 << EXACT_BITS;
const STEP_BITS = 3;
const STEPS = 1 << STEP_BITS;
/** Byte offset of the heads of the buddy policy's lists in its state. */
const BUDDY_HEADS = 4;

const log2 = (value: number): number => 31 - Math.clz32(value);

interface Classes {
  count: number;
  /** The class of a free piece. */
  classOf(page: number, pages: number): number;
  /** Smallest number of pages of a class. */
  smallest(index: number): number;
  /** Virtual address of the first piece in the policy's list, and where the list ends. */
  list: ((state: number, index: number, memory: VirtualMemory) => { first: number; end: number }) | null;
}

function binOf(pages: number): number {
  if (pages < EXACT) return pages;
  const exponent = log2(pages);
  return EXACT + ((exponent - EXACT_BITS) << STEP_BITS) + ((pages >>> (exponent - STEP_BITS)) & (STEPS - 1));
}

function smallestOfBin(bin: number): number {
  if (bin < EXACT) return bin;
  const exponent = EXACT_BITS + ((bin - EXACT) >>> STEP_BITS);
  return (STEPS + ((bin - EXACT) & (STEPS - 1))) * 2 ** (exponent - STEP_BITS);
}

/** log2 of the largest block in a piece: a power of two of pages at a multiple of its size. */
function orderIn(page: number, pages: number): number {
  let order = pages === 0 ? 0 : log2(pages);
  while (order > 0 && (2 ** order - (page % 2 ** order)) % 2 ** order > pages - 2 ** order) order--;
  return order;
}

const BINS: Classes = {
  count: BIN_COUNT,
  classOf: (_page, pages) => binOf(pages),
  smallest: smallestOfBin,
  // The bin is a member of its ring, as if its two links were those of a piece.
  list: (state, bin, memory) => {
    const ring = state + BinsLayout.RINGS + bin * 8 - MmNodeLayout.LINK0;
    return { first: memory.u32(ring + MmNodeLayout.LINK1), end: ring };
  },
};

const BUDDIES: Classes = {
  count: ORDERS,
  classOf: orderIn,
  smallest: (order) => 2 ** order,
  list: (state, order, memory) => ({ first: memory.u32(state + BUDDY_HEADS + order * 4), end: 0 }),
};

const POWERS: Classes = {
  count: ORDERS,
  classOf: (_page, pages) => (pages === 0 ? 0 : log2(pages)),
  smallest: (order) => 2 ** order,
  list: null,
};

function classesOf(policy: number): Classes {
  if (policy === MmPolicy.SEGREGATED_FIT) return BINS;
  return policy === MmPolicy.BUDDY ? BUDDIES : POWERS;
}

/** The classes of the manager whose record is at a virtual address, with its pieces. Null if it cannot be read. */
export function readBins(memory: VirtualMemory, manager: number, pieces: PieceColumns): BinColumns | null {
  const kind = manager + MmLayout.POLICY + PolicyLayout.KIND;
  const policy = readable(new Damage(), "policy", kind, () => memory.u32(kind));
  if (policy === null) return null;
  const { count, classOf, smallest, list } = classesOf(policy);
  const number = new Uint32Array(count);
  const pages = new Float64Array(count);
  for (let i = 0; i < pieces.count; i++) {
    if (pieces.type[i] !== NodeType.Free) continue;
    const size = pieces.pages[i] as number;
    const index = classOf(pieces.page[i] as number, size);
    number[index] = (number[index] as number) + 1;
    pages[index] = (pages[index] as number) + size;
  }
  const from = Uint32Array.from({ length: count }, (_, index) => smallest(index));
  const to = Uint32Array.from(from, (_, index) => largestOf(policy, from, index));
  const state = manager + MmLayout.POLICY + PolicyLayout.STATE;
  const most = pieces.count + 1;
  const listed =
    list && Uint32Array.from({ length: count }, (_, index) => lengthOf(memory, () => list(state, index, memory), most));
  return { policy, count, smallest: from, largest: to, pieces: number, pages, listed };
}

/** A buddy list has pieces of any size from its block on; the other classes end where the next one begins. */
function largestOf(policy: number, from: Uint32Array, index: number): number {
  const next = from[index + 1];
  return policy === MmPolicy.BUDDY || next === undefined ? 0xffffffff : next - 1;
}

/** The number of pieces in a list; at most `most`, and those before the first one that cannot be read. */
function lengthOf(memory: VirtualMemory, list: () => { first: number; end: number }, most: number): number {
  let length = 0;
  try {
    const { first, end } = list();
    for (let piece = first; piece !== end && length < most; piece = memory.u32(piece + MmNodeLayout.LINK1)) length++;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
  }
  return length;
}
