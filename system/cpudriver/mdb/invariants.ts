/**
 * Checks the invariants of the mapping database. (Specification of capabilities, section 3.4.)
 *
 * The check walks the whole database. It is for tests and debugging: no system call runs it except
 * `DebugCall.CHECK_INVARIANTS`.
 */
import { MdbInvariant } from "../../kpi/mdb-invariants";
import { MdbRoot, mappingType, typeIsMappable, typeRoot } from "../../kpi/object-types";
import { BASE_PAGE_SIZE } from "../../kpi/types";
import { Cte } from "../cap/cte";
import { kernel } from "../kernel-state";
import { CteFlag } from "../layout/cte-layout";
import { fingerOfPage, startsInPage } from "./fingers";
import { compareSlots, isBefore, isCopy } from "./order";
import { mdbFirst, mdbLastReaching, mdbRoot, mdbSuccessor } from "./tree";

/** Height of a subtree, provided that its top node stores true heights. */
function heightOf(top: Cte | null): u32 {
  return top ? 1 + max<u32>(top.leftHeight, top.rightHeight) : 0;
}

/** Greatest end of a region in a subtree, in KiB, provided that its top node stores true ends. */
function endOf(top: Cte | null): u32 {
  if (!top) return 0;
  return max(top.endKiB, max(top.leftEndKiB, top.rightEndKiB));
}

function checkNode(node: Cte): MdbInvariant {
  if (node.isEmpty) return MdbInvariant.NOT_EMPTY;
  if (node.isMapping) return MdbInvariant.MAPPINGS;
  if (node.isMemory != (typeRoot(node.type) == MdbRoot.PhysAddr)) return MdbInvariant.ORDERED;
  if (node.inDelete || node.isDoubtful || (node.flags & CteFlag.VISITED) != 0) return MdbInvariant.NOT_IN_DELETE;
  const left = node.left;
  const right = node.right;
  if (left !== null && left.parent !== node) return MdbInvariant.LINKED;
  if (right !== null && right.parent !== node) return MdbInvariant.LINKED;
  const leftHeight: u32 = node.leftHeight;
  const rightHeight: u32 = node.rightHeight;
  if (leftHeight != heightOf(left) || rightHeight != heightOf(right)) return MdbInvariant.BALANCED;
  if (leftHeight > rightHeight + 1 || rightHeight > leftHeight + 1) return MdbInvariant.BALANCED;
  if (node.leftEndKiB != endOf(left) || node.rightEndKiB != endOf(right)) return MdbInvariant.ENDS;
  return MdbInvariant.HOLDS;
}

/**
 * The number of mappings in the list of a slot; minus 1 if one of them is not a mapping of the slot, or the links are
 * wrong. Only the first mapping can be live.
 */
function countMappings(frame: Cte): i32 {
  let count = 0;
  let previous: Cte | null = null;
  let mapping = frame.mappings;
  while (mapping) {
    const m = mapping;
    const fits = m.type == mappingType(frame.type) && m.frame === frame && m.key == frame.key && m.endKiB == 0;
    if (!fits || m.word3 != u32(changetype<usize>(previous))) return -1;
    if (previous !== null && !m.isVoid) return -1;
    previous = m;
    mapping = m.nextMapping;
    count++;
  }
  return count;
}

/** The innermost region that starts before `region` and covers its first byte, or null. */
function startingBefore(region: Cte): Cte | null {
  return mdbLastReaching(region.key, region.key);
}

/** Checks a region. `outer` is the innermost region around it that starts where it does, or null. */
function checkRegion(region: Cte, outer: Cte | null): MdbInvariant {
  const before = startingBefore(region);
  if (before !== null && region.endKiB > before.endKiB) return MdbInvariant.NESTED;
  const around = outer !== null ? outer : before;
  return around === null || region.allowsAround(around) ? MdbInvariant.HOLDS : MdbInvariant.SOURCE;
}

/** Does a search of the tree by all keys of `slot` find that slot? */
function isInTree(slot: Cte): bool {
  let node = mdbRoot();
  while (node !== null && node !== slot) node = isBefore(slot, node) ? node.left : node.right;
  return node !== null;
}

function checkFingers(): MdbInvariant {
  const pages = kernel.dramBytes / BASE_PAGE_SIZE;
  for (let page: u32 = 0; page < pages; page++) {
    const finger = fingerOfPage(page);
    if (finger !== null && !(startsInPage(finger, page) && isInTree(finger))) return MdbInvariant.FINGERS;
  }
  return MdbInvariant.HOLDS;
}

/** Returns the first broken invariant, or HOLDS. */
export function checkMdb(): MdbInvariant {
  const root = mdbRoot();
  if (root !== null && root.parent !== null) return MdbInvariant.LINKED;
  let count: u32 = 0;
  let previous: Cte | null = null;
  let outer: Cte | null = null;
  let node = mdbFirst();
  while (node) {
    let broken = checkNode(node);
    if (broken != MdbInvariant.HOLDS) return broken;
    if (previous !== null) {
      if (compareSlots(previous, node) >= 0) return MdbInvariant.ORDERED;
      const copies = isCopy(previous, node);
      if (copies && (previous.isSingle || node.isSingle)) return MdbInvariant.SINGLE;
      if (!copies) outer = previous.key == node.key ? previous : null;
    }
    if (node.isRegion) broken = checkRegion(node, outer);
    if (broken != MdbInvariant.HOLDS) return broken;
    if (typeIsMappable(node.type)) {
      const mappings = countMappings(node);
      if (mappings < 0) return MdbInvariant.MAPPINGS;
      count += mappings;
    }
    previous = node;
    node = mdbSuccessor(node);
    count++;
  }
  if (count != kernel.mdbCount) return MdbInvariant.COUNTED;
  return checkFingers();
}
