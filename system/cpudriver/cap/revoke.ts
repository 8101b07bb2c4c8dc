/**
 * Revoke deletes all other capabilities of an object and everything made from it. Only the target remains.
 * (Specification of capabilities, section 4.7.)
 *
 * It makes one pass over the part of the mapping database that lies inside the object. Deleting a capability may delete
 * others with it (the end points of a dispatcher), so the pass never remembers a successor. It continues from the last
 * slot that is sure to stay: the target or a condemned object.
 */
import { mappingType, ObjType, typeHoldsSlots, typeIsMappable } from "../../kpi/object-types";
import { mdbCut, mdbPutBack, mdbTakeCut } from "../mdb/bulk";
import { isCopy } from "../mdb/order";
import { anyCopy, firstCopy, isWithin } from "../mdb/relations";
import { mdbPredecessor, mdbSuccessor } from "../mdb/tree";
import { deleteMappingsOf, deleteOtherMappings, deleteVoidMappingsOf } from "../paging/mapping";
import { Cte } from "./cte";
import { condemn, dropCopy, finishDeletion, takeAway } from "./delete";
import { isReachable } from "./reachable";

/** Deletes all copies and descendants of `target`. `target` itself must not be in deletion. */
export function commitRevoke(target: Cte): void {
  if (target.isMapping) return dropSameMappings(target);
  const holdsSlots = typeHoldsSlots(target.type);
  if (hasManyRelatives(target)) dropPlain(target);
  dropCopies(target);
  if (typeIsMappable(target.type)) dropMappings(target);
  dropDescendants(target);
  // Its own descendants may have been all that held the target, as with the root of the caller's CSpace.
  if (holdsSlots && !target.isEmpty && !target.inDelete && !isReachable(target)) condemn(target);
  finishDeletion();
}

/** From this number of relatives on, cutting them out takes less time than removing them one by one. */
const MANY: u32 = 8;

/** Does memory have many copies and descendants? */
function hasManyRelatives(target: Cte): bool {
  if (!target.isRegion) return false;
  let count: u32 = 0;
  let next = mdbSuccessor(target);
  while (next !== null && isWithin(next, target) && count < MANY) {
    next = mdbSuccessor(next);
    count++;
  }
  let previous = mdbPredecessor(target);
  while (previous !== null && isCopy(previous, target) && count < MANY) {
    previous = mdbPredecessor(previous);
    count++;
  }
  return count == MANY;
}

/** Is nothing but a slot to empty if the capability is deleted, and another one covers its memory? */
function isPlain(cte: Cte): bool {
  switch (cte.type) {
    case ObjType.PhysAddr:
    case ObjType.RAM:
      return true;
    case ObjType.Frame:
    case ObjType.DevFrame:
      return cte.mappings === null;
    default:
      return false;
  }
}

/** Deletes the copies and descendants that are plain, all at once. */
function dropPlain(target: Cte): void {
  mdbCut(firstCopy(target), target.endKiB);
  for (let cte = mdbTakeCut(); cte; cte = mdbTakeCut()) {
    if (cte !== target && isPlain(cte)) cte.clear();
    else mdbPutBack(cte);
  }
}

/** Deletes all copies of the target. */
function dropCopies(target: Cte): void {
  for (let copy = anyCopy(target); copy; copy = anyCopy(target)) dropCopy(copy, target);
}

/**
 * Deletes the mappings of a target that has no copies any more. A larger frame that starts where the target does comes
 * before it in the order; its void mappings are deleted, too. (Rule R6 of docs/capabilities.md.)
 */
function dropMappings(target: Cte): void {
  deleteMappingsOf(target);
  let frame = mdbPredecessor(target);
  while (frame !== null && frame.key == target.key) {
    if (typeIsMappable(frame.type)) deleteVoidMappingsOf(frame);
    frame = mdbPredecessor(frame);
  }
}

/**
 * Deletes the other mappings that record the same entries for objects of the same type and address as the target. Two
 * mappings do if the slot or another one was mapped to these entries before; all of them but one are void. (Rule R6.)
 */
function dropSameMappings(target: Cte): void {
  let frame = target.frame;
  for (let before = mdbPredecessor(frame); before !== null && before.key == target.key; ) {
    frame = before;
    before = mdbPredecessor(frame);
  }
  for (let next: Cte | null = frame; next !== null && next.key == target.key; next = mdbSuccessor(next)) {
    const fits = typeIsMappable(next.type) && mappingType(next.type) == target.type;
    if (fits) deleteOtherMappings(next, target);
  }
}

/** Deletes all descendants. Copies of a descendant are descendants too; deleting the last one deletes the object. */
function dropDescendants(target: Cte): void {
  let last = target;
  for (let next = mdbSuccessor(last); next !== null && isWithin(next, target); next = mdbSuccessor(last)) {
    takeAway(next);
    if (next.inDelete) last = next;
  }
}
