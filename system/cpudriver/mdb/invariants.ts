/**
 * Checks the invariants of the mapping database. (Specification of capabilities, section 3.4.)
 *
 * The check walks the whole database. It is for tests and debugging: no system call runs it except
 * `DebugCall.CHECK_INVARIANTS`.
 */
import { MdbInvariant } from "../../kpi/mdb-invariants";
import { MdbRoot, typeRoot } from "../../kpi/object-types";
import { Cte } from "../cap/cte";
import { kernel } from "../kernel-state";
import { CteFlag } from "../layout/cte-layout";
import { compareSlots, isCopy } from "./order";
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
  if (node.isMapping && !mappingIsKnown(node)) return MdbInvariant.MAPPINGS;
  return MdbInvariant.HOLDS;
}

/** Is the mapping in the list of the slot it maps? A live mapping must be the first of the list. */
function mappingIsKnown(mapping: Cte): bool {
  const frame = mapping.frame;
  if (frame.base != mapping.base || frame.type + 1 != mapping.type) return false;
  let m = frame.mappings;
  if (!mapping.isVoid) return m === mapping;
  while (m && m !== mapping) m = changetype<Cte | null>(usize(m.word2));
  return m !== null;
}

/** The innermost region that starts before `region` and covers its first byte, or null. */
function startingBefore(region: Cte): Cte | null {
  return mdbLastReaching(region.key, region.key);
}

/** Checks a region. `larger` is the smallest larger region that starts where this one does, or null. */
function checkRegion(region: Cte, larger: Cte | null): MdbInvariant {
  const before = startingBefore(region);
  if (before !== null && region.endKiB > before.endKiB) return MdbInvariant.NESTED;
  const around = larger !== null ? larger : before;
  return around !== null && around.kib < region.sourceKiB ? MdbInvariant.SOURCE : MdbInvariant.HOLDS;
}

/** Returns the first broken invariant, or HOLDS. */
export function checkMdb(): MdbInvariant {
  const root = mdbRoot();
  if (root !== null && root.parent !== null) return MdbInvariant.LINKED;
  let count: u32 = 0;
  let previous: Cte | null = null;
  let larger: Cte | null = null;
  let node = mdbFirst();
  while (node) {
    let broken = checkNode(node);
    if (broken != MdbInvariant.HOLDS) return broken;
    if (previous !== null) {
      if (compareSlots(previous, node) >= 0) return MdbInvariant.ORDERED;
      if ((previous.isSingle || node.isSingle) && isCopy(previous, node)) return MdbInvariant.SINGLE;
      if (previous.key != node.key) larger = null;
      else if (previous.endKiB != node.endKiB) larger = previous;
    }
    if (node.isRegion) broken = checkRegion(node, larger);
    if (broken != MdbInvariant.HOLDS) return broken;
    previous = node;
    node = mdbSuccessor(node);
    count++;
  }
  return count == kernel.mdbCount ? MdbInvariant.HOLDS : MdbInvariant.COUNTED;
}
