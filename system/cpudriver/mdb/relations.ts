/**
 * Finds copies, descendants and ancestors in the mapping database. (Specification of capabilities, section 3.2.)
 *
 * A capability descends from another if it has the same root, lies inside the other's region, comes after it in the
 * order and is not a copy. So the database need not store which capability was made from which. When a capability is
 * deleted, its children become children of the next region that covers them.
 */
import { Cte } from "../cap/cte";
import { compareObjects, isCopy } from "./order";
import {
  mdbAnyBeforeEndsAfter,
  mdbFindPlace,
  mdbLastReaching,
  mdbPredecessor,
  mdbRoot,
  mdbSuccessor,
  Place,
} from "./tree";

/** Another slot with a capability of the same object, or null. Copies are neighbours in the order. */
export function anyCopy(cte: Cte): Cte | null {
  const next = mdbSuccessor(cte);
  if (next !== null && isCopy(next, cte)) return next;
  const previous = mdbPredecessor(cte);
  return previous !== null && isCopy(previous, cte) ? previous : null;
}

/** The capability of the object of `cte` that comes first in the order. */
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
 * Does a region made from `cte` or a copy have a byte in the range [start, end), in KiB? The range must lie inside
 * `cte`. Mappings and end points have no region and do not count. Sets `Place` to the place behind all slots that start
 * before `end`.
 *
 * The last slot that starts before `end` usually decides. If it ends before the range, only a region around that slot
 * can reach into the range. If the slot's object was made from `cte`, no region lies between the two.
 */
export function hasDescendantIn(cte: Cte, start: u32, end: u32): bool {
  mdbFindPlace(start, end);
  let reaching = Place.last;
  if (reaching === cte || reaching === null) return false;
  if (reaching.endKiB <= start) {
    if (reaching.wasMadeFrom(cte)) return false;
    reaching = mdbLastReaching(start, end);
  }
  return reaching !== null && compareObjects(reaching, cte) > 0;
}

export function hasDescendants(cte: Cte): bool {
  return cte.isRegion && hasDescendantIn(cte, cte.key, cte.endKiB);
}

/**
 * May `cte` have copies or descendants? A descendant is a mapping of its slot, or follows it in the order. For a type
 * that uses word 0 for something else than mappings, the answer may be true although there are none.
 */
export function mayHaveRelatives(cte: Cte): bool {
  if (cte.word0 != 0) return true;
  const next = mdbSuccessor(cte);
  if (next !== null && isWithin(next, cte)) return true;
  return !cte.isSingle && anyCopy(cte) !== null;
}

/** Is there a region that covers `cte` and from which `cte` could have been made? */
export function hasAncestors(cte: Cte): bool {
  return cte.isMemory && mdbAnyBeforeEndsAfter(cte, cte.isRegion ? cte.endKiB - 1 : cte.key);
}

/** Does the object of `cte`, which comes after `region` in the order, start inside that region? */
export function isWithin(cte: Cte, region: Cte): bool {
  return cte.key < region.endKiB;
}
