/**
 * Copies, descendants and ancestors, answered from the mapping database. (Specification of capabilities, section 3.2.)
 *
 * A capability descends from another if it has the same root, lies inside the other's region, comes after it in the
 * order and is not a copy. That is the transitive closure of "made from", and it needs no memory of who made what:
 * when a capability is deleted, its children belong to whatever else covers them.
 */
import { MdbRoot } from "../../kpi/object-types";
import { Cte } from "../cap/cte";
import { compareObjects, isCopy } from "./order";
import { mdbFindLess, mdbLastEndingAfter, mdbLastOverlap, mdbPredecessor, mdbSuccessor } from "./tree";

/** Another slot with a capability of the same object, or null. Copies are neighbours. */
export function anyCopy(cte: Cte): Cte | null {
  const next = mdbSuccessor(cte);
  if (next !== null && isCopy(next, cte)) return next;
  const previous = mdbPredecessor(cte);
  return previous !== null && isCopy(previous, cte) ? previous : null;
}

export function hasCopies(cte: Cte): bool {
  return anyCopy(cte) !== null;
}

/**
 * Does a region made from `cte` (or from a copy) have a byte in [start, end), a range inside `cte`? Mappings and end
 * points are no regions: what they belong to is what counts.
 */
export function hasDescendantIn(cte: Cte, start: u64, end: u64): bool {
  const last = mdbLastOverlap(start, end);
  return last !== null && last.root == cte.root && compareObjects(last, cte) > 0;
}

export function hasDescendants(cte: Cte): bool {
  return hasDescendantIn(cte, cte.base, cte.end);
}

/** Is there a region that `cte` could have been made from? */
export function hasAncestors(cte: Cte): bool {
  if (cte.root != MdbRoot.PhysAddr) return false;
  const neighbour = mdbPredecessor(cte);
  const before = neighbour !== null && isCopy(neighbour, cte) ? mdbFindLess(cte) : neighbour;
  return mdbLastEndingAfter(before, cte.bytes != 0 ? cte.end - 1 : cte.base) !== null;
}

/**
 * Does `cte`, which comes behind `ancestor` in the order, descend from it? A mapping does if the slot that it maps is
 * the ancestor's or descends from it: its address alone would also fit a larger frame that starts at the same place.
 */
export function isDescendant(cte: Cte, ancestor: Cte): bool {
  return isWithin(cte, ancestor) && (!cte.isMapping || compareObjects(cte.frame, ancestor) >= 0);
}

/** Does the object of `cte`, which comes behind `region` in the order, start inside that region? */
export function isWithin(cte: Cte, region: Cte): bool {
  return cte.root == region.root && cte.base < region.end;
}
