/**
 * A memory manager with two binary search trees, both ordered by address: one of the free pieces, and one of the pieces
 * that are handed out.
 *
 * Each piece has a random priority, and no piece has a higher priority than its parent. This keeps the trees flat (such
 * a tree is called a treap). A request gets the free piece with the lowest address that fits.
 */
import {
  BASE_PAGE_MASK,
  BASE_PAGE_SIZE,
  capDelete,
  capDestroy,
  capRetype,
  capref,
  errIsFail,
  errPush,
  errval_t,
  genpaddr_t,
  gensize_t,
  LIB_ERR_CAP_RETYPE,
  LIB_ERR_RAM_ALLOC_WRONG_SIZE,
  MM_ERR_CHUNK_SLOT_ALLOC,
  MM_ERR_MM_FREE,
  MM_ERR_NEW_NODE,
  MM_ERR_NOT_FOUND,
  MM_ERR_OUT_OF_BOUNDS,
  Out,
  SLABS_SIZE,
  SlabRefillFunction,
  Slabs,
  SYS_ERR_OK,
  slabAlloc,
  slabDefaultRefill,
  slabFree,
  slabFreecount,
  slabInit,
  slotFree,
} from "../libaos";

export type SlotAllocFunction = (instance: usize, count: u32) => errval_t;
export type SlotRefillFunction = (instance: usize) => errval_t;

/** A refill starts when fewer nodes than this are left. The refill itself allocates memory, and so needs nodes. */
const NODE_RESERVE: u32 = 24;

@unmanaged
export class MmNode {
  base: genpaddr_t;
  bytes: gensize_t;
  regionCap: capref;
  regionBase: genpaddr_t;
  /** Pieces at lower and at higher addresses. */
  left: MmNode | null;
  right: MmNode | null;
  priority: u32;

  get end(): genpaddr_t {
    return this.base + this.bytes;
  }
}

@unmanaged
export class Mm {
  objtype: u32;
  slotAlloc: SlotAllocFunction;
  slotRefill: SlotRefillFunction;
  slotAllocInst: usize;
  slabRefill: SlabRefillFunction;
  free: MmNode | null;
  allocated: MmNode | null;
  /** The state of the random numbers. */
  random: u32;
  refilling: bool;

  get slabs(): Slabs {
    return changetype<Slabs>(changetype<usize>(this) + SLABS_OFFSET);
  }
}

const SLABS_OFFSET: u32 = (<u32>offsetof<Mm>() + 7) & ~7;
export const MM_SIZE: u32 = SLABS_OFFSET + SLABS_SIZE;
export const MM_NODE_SIZE: u32 = <u32>offsetof<MmNode>();

export function mmInit(
  mm: Mm,
  objtype: u32,
  slabRefill: SlabRefillFunction | null,
  slotAlloc: SlotAllocFunction,
  slotRefill: SlotRefillFunction,
  slotAllocInst: usize,
): errval_t {
  mm.objtype = objtype;
  mm.slotAlloc = slotAlloc;
  mm.slotRefill = slotRefill;
  mm.slotAllocInst = slotAllocInst;
  mm.slabRefill = slabRefill === null ? slabDefaultRefill : slabRefill;
  mm.free = null;
  mm.allocated = null;
  mm.random = 1;
  mm.refilling = false;
  slabInit(mm.slabs, MM_NODE_SIZE, mm.slabRefill);
  return SYS_ERR_OK;
}

// ---- trees ----

/** Joins two trees. Every address in `low` is below every address in `high`. */
function join(low: MmNode | null, high: MmNode | null): MmNode | null {
  if (!low) return high;
  if (!high) return low;
  if (low.priority >= high.priority) {
    low.right = join(low.right, high);
    return low;
  }
  high.left = join(low, high.left);
  return high;
}

/** Adds a node to a tree. Returns the new root. */
function insert(tree: MmNode | null, node: MmNode): MmNode {
  if (!tree) return node;
  if (node.base < tree.base) {
    const left = insert(tree.left, node);
    tree.left = left;
    if (left.priority <= tree.priority) return tree;
    // Rotate the left child up.
    tree.left = left.right;
    left.right = tree;
    return left;
  }
  const right = insert(tree.right, node);
  tree.right = right;
  if (right.priority <= tree.priority) return tree;
  // Rotate the right child up.
  tree.right = right.left;
  right.left = tree;
  return right;
}

/** Takes a node out of a tree that contains it. Returns the new root. */
function remove(tree: MmNode, node: MmNode): MmNode | null {
  if (tree === node) return join(node.left, node.right);
  if (node.base < tree.base) tree.left = remove(changetype<MmNode>(tree.left), node);
  else tree.right = remove(changetype<MmNode>(tree.right), node);
  return tree;
}

/** The piece with the highest address at or below `address`. */
function atOrBelow(tree: MmNode | null, address: genpaddr_t): MmNode | null {
  let best: MmNode | null = null;
  let node = tree;
  while (node) {
    if (node.base <= address) {
      best = node;
      node = node.right;
    } else {
      node = node.left;
    }
  }
  return best;
}

/** The piece that starts at `base`. */
function find(tree: MmNode | null, base: genpaddr_t): MmNode | null {
  const node = atOrBelow(tree, base);
  return node && node.base == base ? node : null;
}

/** Adds a node to the free pieces or to the others. */
function insertNode(mm: Mm, node: MmNode, isFree: bool): void {
  mm.random = mm.random * 1664525 + 1013904223;
  node.priority = mm.random >>> 8;
  node.left = null;
  node.right = null;
  if (isFree) mm.free = insert(mm.free, node);
  else mm.allocated = insert(mm.allocated, node);
}

function removeFree(mm: Mm, node: MmNode): void {
  mm.free = remove(changetype<MmNode>(mm.free), node);
}

// ---- the manager ----

/** A new node that is in no tree. There must be a free block. */
function newNode(mm: Mm, base: genpaddr_t, bytes: u64, regionCap: capref, regionBase: genpaddr_t): MmNode {
  const node = changetype<MmNode>(slabAlloc(mm.slabs));
  node.base = base;
  node.bytes = bytes;
  node.regionCap = regionCap;
  node.regionBase = regionBase;
  return node;
}

export function mmAdd(mm: Mm, cap: capref, base: genpaddr_t, size: gensize_t): errval_t {
  if (size == 0 || base + size < base) return MM_ERR_OUT_OF_BOUNDS;
  if (slabFreecount(mm.slabs) == 0) return MM_ERR_NEW_NODE;
  insertNode(mm, newNode(mm, base, size, cap, base), true);
  return SYS_ERR_OK;
}

/** The first multiple of `alignment` in a piece. It may lie past the end. */
function alignedBase(node: MmNode, alignment: u64): genpaddr_t {
  return (node.base + alignment - 1) & ~(alignment - 1);
}

/** The lowest free piece with room for `bytes` bytes at a multiple of `alignment`. */
function findFit(tree: MmNode | null, bytes: u64, alignment: u64): MmNode | null {
  if (!tree) return null;
  const lower = findFit(tree.left, bytes, alignment);
  if (lower) return lower;
  const skipped = alignedBase(tree, alignment) - tree.base;
  if (skipped <= tree.bytes && bytes <= tree.bytes - skipped) return tree;
  return findFit(tree.right, bytes, alignment);
}

/** Hands out a part of a free piece, with a capability in `slot`. */
function take(mm: Mm, piece: MmNode, base: genpaddr_t, bytes: u64, slot: capref): errval_t {
  if (slabFreecount(mm.slabs) < 2) return MM_ERR_NEW_NODE;
  const cap = piece.regionCap;
  const regionBase = piece.regionBase;
  const err = capRetype(slot, cap, base - regionBase, mm.objtype, bytes, 1);
  if (errIsFail(err)) return errPush(err, LIB_ERR_CAP_RETYPE);

  const before = base - piece.base;
  const end = base + bytes;
  const after = piece.end - end;
  removeFree(mm, piece);
  if (before > 0) insertNode(mm, newNode(mm, piece.base, before, cap, regionBase), true);
  if (after > 0) insertNode(mm, newNode(mm, end, after, cap, regionBase), true);
  piece.base = base;
  piece.bytes = bytes;
  insertNode(mm, piece, false);
  return SYS_ERR_OK;
}

/** Refills nodes and slots. Both may allocate from this manager, so it is done before the trees are looked at. */
function refill(mm: Mm): void {
  if (slabFreecount(mm.slabs) < NODE_RESERVE && !mm.refilling) {
    mm.refilling = true;
    const slabRefill = mm.slabRefill;
    slabRefill(mm.slabs);
    mm.refilling = false;
  }
  const slotRefill = mm.slotRefill;
  slotRefill(mm.slotAllocInst);
}

export function mmAllocAligned(mm: Mm, size: u64, alignment: u64): errval_t {
  if (size == 0) return LIB_ERR_RAM_ALLOC_WRONG_SIZE;
  const bytes = (size + BASE_PAGE_MASK) & ~u64(BASE_PAGE_MASK);
  if (bytes < size) return MM_ERR_NOT_FOUND;
  const align = max<u64>(alignment, BASE_PAGE_SIZE);

  refill(mm);
  const slotAlloc = mm.slotAlloc;
  let err = slotAlloc(mm.slotAllocInst, 1);
  if (errIsFail(err)) return errPush(err, MM_ERR_CHUNK_SLOT_ALLOC);
  const slot = Out.cap;

  const piece = findFit(mm.free, bytes, align);
  err = piece ? take(mm, piece, alignedBase(piece, align), bytes, slot) : MM_ERR_NOT_FOUND;
  if (errIsFail(err)) {
    slotFree(slot);
    return err;
  }
  Out.cap = slot;
  return SYS_ERR_OK;
}

export function mmAlloc(mm: Mm, size: u64): errval_t {
  return mmAllocAligned(mm, size, BASE_PAGE_SIZE);
}

/** Joins a piece that is in no tree with a free neighbour, whose node goes back to the slabs. */
function absorb(mm: Mm, node: MmNode, neighbour: MmNode): void {
  removeFree(mm, neighbour);
  node.base = min(node.base, neighbour.base);
  node.bytes += neighbour.bytes;
  slabFree(mm.slabs, changetype<usize>(neighbour));
}

export function mmFree(mm: Mm, cap: capref, base: genpaddr_t, size: gensize_t): errval_t {
  const node = find(mm.allocated, base);
  const bytes = (size + BASE_PAGE_MASK) & ~u64(BASE_PAGE_MASK);
  if (!node || bytes != node.bytes) return errPush(MM_ERR_NOT_FOUND, MM_ERR_MM_FREE);
  const err = capDestroy(cap);
  if (errIsFail(err)) return errPush(err, MM_ERR_MM_FREE);

  mm.allocated = remove(changetype<MmNode>(mm.allocated), node);
  const above = find(mm.free, node.end);
  if (above && above.regionCap == node.regionCap) absorb(mm, node, above);
  const below = atOrBelow(mm.free, node.base);
  if (below && below.end == node.base && below.regionCap == node.regionCap) absorb(mm, node, below);
  insertNode(mm, node, true);
  return SYS_ERR_OK;
}

/** Deletes the capability of each region whose first piece is in a tree, and gives the nodes back. */
function destroyTree(mm: Mm, node: MmNode | null): void {
  if (!node) return;
  destroyTree(mm, node.left);
  destroyTree(mm, node.right);
  if (node.base == node.regionBase) capDelete(node.regionCap);
  slabFree(mm.slabs, changetype<usize>(node));
}

export function mmDestroy(mm: Mm): void {
  destroyTree(mm, mm.free);
  destroyTree(mm, mm.allocated);
  mm.free = null;
  mm.allocated = null;
}
