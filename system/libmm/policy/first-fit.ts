/**
 * First fit: all free pieces are in one list, those of each region in address order, and the first that fits is taken.
 *
 *      0       4
 *     +-------+
 *     | first |      piece: link0 the one before, link1 the one after
 *     +-------+
 *
 * This is the textbook allocator. It is slow because a search passes every piece that is too small.
 */
import { pieceFits } from "../fit";
import { MmNode } from "../node";
import { isWanted, Where, Zone } from "../zone";

@unmanaged
export class FreeList {
  first: MmNode | null;
}

export function listInit(list: FreeList): void {
  list.first = null;
}

/** The nearest free piece before `node` in its region. If many pieces are free, it is close. */
function freeBefore(node: MmNode): MmNode | null {
  let before = node.previous;
  while (before && !before.isFree) before = before.previous;
  return before;
}

function freeBehind(node: MmNode): MmNode | null {
  let behind = node.next;
  while (behind && !behind.isFree) behind = behind.next;
  return behind;
}

/** Inserts `node` between two neighbours in the list. Either neighbour may be missing. */
function link(list: FreeList, before: MmNode | null, node: MmNode, behind: MmNode | null): void {
  node.link0 = before;
  node.link1 = behind;
  if (before) before.link1 = node;
  else list.first = node;
  if (behind) behind.link0 = node;
}

export function listAdd(list: FreeList, node: MmNode): void {
  const before = freeBefore(node);
  if (before) return link(list, before, node, before.link1);
  const behind = freeBehind(node);
  if (behind) link(list, behind.link0, node, behind);
  else link(list, null, node, list.first);
}

export function listRemove(list: FreeList, node: MmNode): void {
  const before = node.link0;
  const behind = node.link1;
  if (before) before.link1 = behind;
  else list.first = behind;
  if (behind) behind.link0 = before;
}

export function listSearch(list: FreeList, zone: Zone, pages: u32, alignment: u32, where: Where): MmNode | null {
  let node = list.first;
  while (node && !(pieceFits(node, pages, alignment) && isWanted(zone, node, where))) node = node.link1;
  return node;
}

/** The largest piece; of several, the one with the highest address. */
export function listLargest(list: FreeList): MmNode | null {
  let largest = list.first;
  let node = largest;
  while (node) {
    if (largest && (node.pages > largest.pages || (node.pages == largest.pages && node.page > largest.page))) {
      largest = node;
    }
    node = node.link1;
  }
  return largest;
}

export function listHolds(list: FreeList, node: MmNode): bool {
  let candidate = list.first;
  while (candidate && candidate !== node) candidate = candidate.link1;
  return candidate !== null;
}

export function listCount(list: FreeList): u32 {
  let count: u32 = 0;
  let node = list.first;
  while (node) {
    count++;
    node = node.link1;
  }
  return count;
}
