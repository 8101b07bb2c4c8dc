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
import { Around, mdbAnyBeforeEndsAfter, mdbPredecessor, mdbRoot, mdbSearch, mdbSuccessor } from "./tree";

/** Another slot with a capability of the same object, or null. Copies are neighbours. */
export function anyCopy(cte: Cte): Cte | null {
  const next = mdbSuccessor(cte);
  if (next !== null && isCopy(next, cte)) return next;
  const previous = mdbPredecessor(cte);
  return previous !== null && isCopy(previous, cte) ? previous : null;
}

/** The first of all capabilities of an object: the one that stands for it. */
export function firstCopy(cte: Cte): Cte {
  let first = cte;
  let node = mdbRoot();
  while (node) {
    const order = compareObjects(node, cte);
    if (order == 0) first = node;
    node = order < 0 ? node.right : node.left;
  }
  return first;
}

/**
 * Does a region made from `cte` (or from a copy) have a byte in the range from `start` to before `end`, which must lie
 * inside `cte`? Mappings and end points are no regions: what they belong to is what counts. -> Around
 */
export function hasDescendantIn(cte: Cte, start: u64, end: u64): bool {
  mdbSearch(start, end);
  const reaching = Around.reaching;
  return reaching !== null && reaching.root == cte.root && compareObjects(reaching, cte) > 0;
}

export function hasDescendants(cte: Cte): bool {
  return cte.bytes != 0 && hasDescendantIn(cte, cte.base, cte.end);
}

/**
 * May `cte` have copies or descendants? Both come right behind it, or before it, in the order; what else lies in its region (a
 * mapping of a larger frame) is taken for a descendant.
 */
export function mayHaveRelatives(cte: Cte): bool {
  const next = mdbSuccessor(cte);
  if (next !== null && (isWithin(next, cte) || isCopy(next, cte))) return true;
  const previous = mdbPredecessor(cte);
  return previous !== null && isCopy(previous, cte);
}

/** Is there a region that `cte` could have been made from? */
export function hasAncestors(cte: Cte): bool {
  return cte.root == MdbRoot.PhysAddr && mdbAnyBeforeEndsAfter(cte, cte.bytes != 0 ? cte.end - 1 : cte.base);
}

/**
 * Does `cte`, which comes behind `ancestor` in the order, descend from it? A live mapping does if the slot that it maps
 * is the ancestor's or descends from it: its address alone would also fit a larger frame that starts at the same place,
 * whose entries would stay. A void mapping has no entries, and what it maps starts in the region: that is enough.
 * (Rule R6 of docs/capabilities.md.)
 */
export function isDescendant(cte: Cte, ancestor: Cte): bool {
  if (!isWithin(cte, ancestor)) return false;
  return !cte.isMapping || cte.isVoid || compareObjects(cte.frame, ancestor) >= 0;
}

/** Does the object of `cte`, which comes behind `region` in the order, start inside that region? */
export function isWithin(cte: Cte, region: Cte): bool {
  return cte.root == region.root && cte.base < region.end;
}
