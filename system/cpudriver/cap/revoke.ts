/**
 * Revoke deletes all other capabilities of an object and everything made from it. Only the target remains.
 * (Specification of capabilities, section 4.7.)
 *
 * It makes one pass over the part of the mapping database that lies inside the object. Deleting a capability may delete
 * others with it (the mappings of a frame), so the pass never remembers a successor. It continues from the last slot
 * that is sure to stay: the target, a condemned object or a slot that does not descend from the target.
 */
import { typeHoldsSlots } from "../../kpi/object-types";
import { anyCopy, isDescendant, isWithin } from "../mdb/relations";
import { mdbSuccessor } from "../mdb/tree";
import { deleteMapping } from "../paging/mapping";
import { Cte } from "./cte";
import { condemn, dropCopy, finishDeletion, takeAway } from "./delete";
import { isReachable } from "./reachable";

/** Deletes all copies and descendants of `target`. `target` itself must not be in deletion. */
export function commitRevoke(target: Cte): void {
  const holdsSlots = typeHoldsSlots(target.type);
  dropCopies(target);
  dropDescendants(target);
  // Its own descendants may have been all that held the target, as with the root of the caller's CSpace.
  if (holdsSlots && !target.isEmpty && !target.inDelete && !isReachable(target)) condemn(target);
  finishDeletion();
}

/** Deletes all copies. A mapping has a copy if its frame was mapped twice to the same entries; one of them is void. */
function dropCopies(target: Cte): void {
  for (let copy = anyCopy(target); copy; copy = anyCopy(target)) {
    if (copy.isMapping) deleteMapping(copy);
    else dropCopy(copy, target);
  }
}

/** Deletes all descendants. Copies of a descendant are descendants too; deleting the last one deletes the object. */
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
