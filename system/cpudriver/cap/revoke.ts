/**
 * Revoke: of an object and all that was made from it, one capability remains. (Specification of capabilities, 4.7.)
 *
 * One pass over the part of the mapping database that lies inside the object. Taking a capability away may take others
 * along (the mappings of a frame), so the pass never remembers a successor: it goes on from the last slot that is sure
 * to stay, which is the target or a condemned object.
 */
import { typeHoldsSlots } from "../../kpi/object-types";
import { anyCopy, isDescendant, isWithin } from "../mdb/relations";
import { mdbSuccessor } from "../mdb/tree";
import { deleteMapping } from "../paging/mapping";
import { Cte } from "./cte";
import { condemn, dropCopy, finishDeletion, takeAway } from "./delete";
import { isReachable } from "./reachable";

/** Deletes all copies and descendants of `target`, which is not being deleted itself. */
export function commitRevoke(target: Cte): void {
  const holdsSlots = typeHoldsSlots(target.type);
  dropCopies(target);
  dropDescendants(target);
  // The target may have been held by nobody but itself or its descendants, as the root of the caller's own CSpace is.
  if (holdsSlots && !target.isEmpty && !target.inDelete && !isReachable(target)) condemn(target);
  finishDeletion();
}

/** A mapping has a copy where its frame was mapped to the same entries again: one of the two is void. */
function dropCopies(target: Cte): void {
  for (let copy = anyCopy(target); copy; copy = anyCopy(target)) {
    if (copy.isMapping) deleteMapping(copy);
    else dropCopy(copy, target);
  }
}

/** All copies of a descendant are descendants and go one by one: only the last one is more than a copy. */
function dropDescendants(target: Cte): void {
  let last = target;
  for (let next = mdbSuccessor(last); next !== null && isWithin(next, target); next = mdbSuccessor(last)) {
    if (!isDescendant(next, target)) {
      last = next;
    } else {
      takeAway(next);
      if (next.inDelete) last = next;
    }
  }
}
