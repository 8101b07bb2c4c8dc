/**
 * The records of the memory manager, and its list of pieces.
 *
 * A piece is a part of a region that is free, or handed out as a whole. The list holds all pieces in the order of their
 * addresses, and together they cover the regions without gaps:
 *
 *     mm.head -> [ handed out ] <-> [ free ] <-> [ handed out ] <-> [ free          ] -> null
 */
import { capref, errval_t, genpaddr_t, gensize_t, SLABS_SIZE, Slabs, slabFree } from "../libaos";

export type SlotAllocFunction = (instance: usize, count: u32) => errval_t;
export type SlotRefillFunction = (instance: usize) => errval_t;

/** One piece of memory. */
@unmanaged
export class MmNode {
  /** Physical address of the first byte, and the number of bytes. */
  base: genpaddr_t;
  bytes: gensize_t;
  /** The capability of the region, and the address of the region's first byte. */
  regionCap: capref;
  regionBase: genpaddr_t;
  /** The pieces before and behind it in the list; null at the ends. */
  prev: MmNode | null;
  next: MmNode | null;
  isFree: bool;

  /** The first address past the piece. */
  get end(): genpaddr_t {
    return this.base + this.bytes;
  }
}

/** A memory manager. */
@unmanaged
export class Mm {
  /** The type of the capabilities that it hands out. */
  objtype: u32;
  /** Allocates slots: `slotAlloc(mm.slotAllocInst, 1)` -> Out.cap */
  slotAlloc: SlotAllocFunction;
  /** Makes sure that there are slots. It may allocate memory from this manager. */
  slotRefill: SlotRefillFunction;
  slotAllocInst: usize;
  /** The piece with the lowest address. */
  head: MmNode | null;
  /** True while `mm.slabs` is being refilled. */
  isRefilling: bool;

  /** The allocator of the nodes. */
  get slabs(): Slabs {
    return changetype<Slabs>(changetype<usize>(this) + SLABS_OFFSET);
  }
}

const SLABS_OFFSET: u32 = (<u32>offsetof<Mm>() + 7) & ~7;
export const MM_SIZE: u32 = SLABS_OFFSET + SLABS_SIZE;
export const MM_NODE_SIZE: u32 = <u32>offsetof<MmNode>();

/** Puts a node into the list behind `prev`, or at the head if `prev` is null. */
export function insertAfter(mm: Mm, prev: MmNode | null, node: MmNode): void {
  const next = prev ? prev.next : mm.head;
  node.prev = prev;
  node.next = next;
  if (prev) prev.next = node;
  else mm.head = node;
  if (next) next.prev = node;
}

/** Takes a node out of the list and gives it back to the slabs. Do not use the node afterwards. */
export function removeNode(mm: Mm, node: MmNode): void {
  const prev = node.prev;
  const next = node.next;
  if (prev) prev.next = next;
  else mm.head = next;
  if (next) next.prev = prev;
  slabFree(mm.slabs, changetype<usize>(node));
}
