/**
 * Changes many neighbours of the mapping database at once: cuts a range out of it, or inserts a run of slots.
 *
 * The tree is split and joined again, in O(log n) steps. So no slot of the range or of the run needs a search or a
 * rotation of its own.
 *
 *     split(x)                tree  ->  before, x, behind
 *     join(before, x, behind)           before, x, behind  ->  tree
 *
 * Between a split and the last join, the database has no valid tree. No system call sees that state.
 */
import { Cte, cteAt } from "../cap/cte";
import { kernelAssert } from "../debug/panic";
import { kernel } from "../kernel-state";
import { dropFinger, setFinger } from "./fingers";
import { compareSlots } from "./order";
import { endOf, hangLeft, hangRight, heightOf, mdbInsert, mdbRoot, mdbSuccessor, retrace, setRoot } from "./tree";

/** The two trees that `split` makes. */
class Halves {
  static before: Cte | null = changetype<Cte | null>(0);
  static behind: Cte | null = changetype<Cte | null>(0);
}

/** Makes a subtree a tree of its own. */
function detached(top: Cte | null): Cte | null {
  if (top) top.parent = null;
  return top;
}

/**
 * Makes one tree of two trees and a slot between them in the order. It becomes the tree of the database. Either tree may
 * be empty.
 *
 * The slot becomes the parent of the lower tree and of an equally high subtree on the edge of the higher tree.
 */
function join(before: Cte | null, middle: Cte, behind: Cte | null): void {
  const beforeHeight: u32 = before ? heightOf(before) : 0;
  const behindHeight: u32 = behind ? heightOf(behind) : 0;
  const beforeEnd: u32 = before ? endOf(before) : 0;
  const behindEnd: u32 = behind ? endOf(behind) : 0;
  if (before !== null && beforeHeight > behindHeight + 1) {
    setRoot(before);
    let above: Cte = before;
    while (u32(above.rightHeight) > behindHeight + 1) above = changetype<Cte>(above.right);
    hangLeft(middle, above.right, above.rightHeight, above.rightEndKiB);
    hangRight(middle, behind, behindHeight, behindEnd);
    hangRight(above, middle, heightOf(middle), endOf(middle));
    retrace(above);
  } else if (behind !== null && behindHeight > beforeHeight + 1) {
    setRoot(behind);
    let above: Cte = behind;
    while (u32(above.leftHeight) > beforeHeight + 1) above = changetype<Cte>(above.left);
    hangLeft(middle, before, beforeHeight, beforeEnd);
    hangRight(middle, above.left, above.leftHeight, above.leftEndKiB);
    hangLeft(above, middle, heightOf(middle), endOf(middle));
    retrace(above);
  } else {
    setRoot(middle);
    middle.parent = null;
    hangLeft(middle, before, beforeHeight, beforeEnd);
    hangRight(middle, behind, behindHeight, behindEnd);
  }
}

/** Splits the tree that contains `slot` into `Halves`: what comes before the slot in the order, and what comes behind. */
function split(slot: Cte): void {
  let before = detached(slot.left);
  let behind = detached(slot.right);
  let child = slot;
  let parent = slot.parent;
  while (parent !== null) {
    const above: Cte | null = parent.parent;
    if (parent.left === child) {
      join(behind, parent, detached(parent.right));
      behind = mdbRoot();
    } else {
      join(detached(parent.left), parent, before);
      before = mdbRoot();
    }
    child = parent;
    parent = above;
  }
  Halves.before = before;
  Halves.behind = behind;
}

/** Slots that were cut out and not taken yet: trees, whose tops are linked by their parent fields. */
class Cut {
  static pending: Cte | null = changetype<Cte | null>(0);
}

/** The first slot of a tree that is not memory, or whose memory begins at `end` KiB or later; null if there is none. */
function firstOutside(top: Cte | null, end: u32): Cte | null {
  let found: Cte | null = null;
  let node = top;
  while (node) {
    if (node.key < end) {
      node = node.right;
    } else {
      found = node;
      node = node.left;
    }
  }
  return found;
}

/**
 * Cuts out the slots of memory from `first` up to the last one that begins before `end` KiB. `mdbTakeCut`
 * returns them one by one, and must do so until none is left.
 */
export function mdbCut(first: Cte, end: u32): void {
  split(first);
  let inside = Halves.behind;
  const before = Halves.before;
  const border = firstOutside(inside, end);
  if (border === null) {
    setRoot(before);
  } else {
    split(border);
    inside = Halves.before;
    join(before, border, Halves.behind);
  }
  hangLeft(first, null, 0, 0);
  hangRight(first, null, 0, 0);
  first.parent = inside;
  Cut.pending = first;
}

/**
 * Takes one of the slots that were cut out, in any order; null if none is left. The slot is in the database no more. The
 * caller clears it, or puts it back.
 */
export function mdbTakeCut(): Cte | null {
  const slot = Cut.pending;
  if (slot === null) return null;
  let rest = slot.parent;
  const left = slot.left;
  if (left) {
    left.parent = rest;
    rest = left;
  }
  const right = slot.right;
  if (right) {
    right.parent = rest;
    rest = right;
  }
  Cut.pending = rest;
  dropFinger(slot);
  kernel.mdbCount--;
  return slot;
}

/** Inserts a slot again that was cut out. */
export function mdbPutBack(slot: Cte): void {
  hangLeft(slot, null, 0, 0);
  hangRight(slot, null, 0, 0);
  slot.parent = null;
  mdbInsert(slot);
}

/**
 * Makes a perfectly balanced tree of `count` slots that follow each other in memory and in the order, and whose objects
 * have one size and lie one behind the other. `count` is one less than a power of two. Returns the top; null for 0.
 *
 * Slot number i, counted from 1, is at the height of the lowest bit of i: 1 3 5 7 are leaves, 2 6 their parents, 4 the top.
 */
function perfectTree(first: usize, count: u32): Cte | null {
  for (let i: u32 = 1; i <= count; i++) {
    const node = cteAt(first, i - 1);
    const height = u32(ctz(i));
    const distance: u32 = (1 << height) >> 1;
    if (distance == 0) continue;
    const size = node.endKiB - node.key;
    hangLeft(node, cteAt(first, i - distance - 1), height, node.key);
    hangRight(node, cteAt(first, i + distance - 1), height, node.key + 2 * distance * size);
    setFinger(node);
  }
  return count == 0 ? null : cteAt(first, count >> 1);
}

/**
 * Inserts `count` filled slots that follow each other in memory, and in the order directly behind `previous`. Their
 * objects have one size and lie one behind the other. Their tree fields are zero, as in every slot outside the database.
 */
export function mdbInsertRun(first: usize, count: u32, previous: Cte): void {
  const next = mdbSuccessor(previous);
  kernelAssert(next === null || compareSlots(cteAt(first, count - 1), next) < 0, "insert: the run is not in order");
  kernel.mdbCount += count;
  split(previous);
  const behind = Halves.behind;
  setRoot(Halves.before);
  let joint = previous;
  let slot = first;
  for (let left = count; left != 0; ) {
    const part: u32 = (1 << 31) >>> clz(left);
    join(mdbRoot(), joint, perfectTree(slot, part - 1));
    joint = cteAt(slot, part - 1);
    setFinger(joint);
    slot = changetype<usize>(cteAt(slot, part));
    left -= part;
  }
  join(mdbRoot(), joint, behind);
}
