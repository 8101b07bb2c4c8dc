/**
 * Delete: one capability less, and of the last one the object. (Specification of capabilities, section 5.)
 *
 * Most capabilities go in one step. CNodes and dispatchers hold slots themselves, which go first; those may hold
 * CNodes again, nested or in circles. So the last capability of such an object is *condemned*: marked, and put on a
 * list. The list is worked off without recursion: the slots of a condemned object are emptied, and when nothing is left
 * to empty, the condemned objects themselves go, the last one condemned first, so that an object goes before the CNode
 * that holds its slot. Capabilities of CNodes and dispatchers that are found on the way are *doubtful*: taking one away
 * raises the question whether its object can still be reached, which is dear if there are many capabilities of it. They
 * wait, so that the question is asked when the answer is no longer about to change.
 *
 * After every step the mapping database is valid.
 */
import { SYS_ERR_CAP_LOCKED, SYS_ERR_OK } from "../../kpi/errno";
import { errval_t } from "../../kpi/errval";
import { ObjType, typeHoldsSlots, typeIsMappable, typeIsRamBacked, typeIsVNode } from "../../kpi/object-types";
import { localPhysToMem, memToLocalPhys } from "../arch/armv7/phys";
import { LOG_DEBUG, log } from "../debug/log";
import { Dcb, dcbOf } from "../dispatch/dcb";
import { stopDispatcher, stopIncompleteDispatcher } from "../dispatch/schedule";
import { kernel } from "../kernel-state";
import { CteFlag } from "../layout/cte-layout";
import { DCB_SLOTS } from "../layout/dcb-layout";
import { anyCopy, firstCopy, hasAncestors, hasDescendants } from "../mdb/relations";
import { mdbFindForAddress, mdbRemove, mdbSuccessor } from "../mdb/tree";
import { deleteMapping, deleteMappingsOf, moveEntries, voidEntries } from "../paging/mapping";
import { cnodeSlots } from "./cnode";
import { Cte, cteAt } from "./cte";
import { isReachable } from "./reachable";

/** The deletion in progress: one per system call, all lists empty between calls. */
class Deletion {
  /** Condemned objects whose slots are still to be emptied. */
  static pending: Cte | null = null;
  /** Capabilities of CNodes and dispatchers in the slots of condemned objects. */
  static doubtful: Cte | null = null;
  /** Condemned objects whose slots are empty or hold condemned objects. */
  static emptied: Cte | null = null;
}

/** May the capability be deleted? Only one that a deletion is working on may not. */
export function checkDelete(cte: Cte): errval_t {
  return cte.inDelete ? SYS_ERR_CAP_LOCKED : SYS_ERR_OK;
}

/** Deletes one capability and all that goes with it. */
export function commitDelete(cte: Cte): void {
  const holdsSlots = typeHoldsSlots(cte.type);
  const copy = takeAway(cte);
  if (holdsSlots && copy !== null) condemnIfLost(copy);
  finishDeletion();
}

/**
 * Condemns the object of `cte`, of which a capability was taken away, if nobody outside can reach it any more: a CNode
 * in a circle keeps itself alive. The first capability of an object stands for it, so that it is condemned once; as
 * long as one is doubtful, the question will come again.
 */
export function condemnIfLost(cte: Cte): void {
  if (cte.isDoubtful) return;
  const first = firstCopy(cte);
  if (!first.inDelete && !first.isDoubtful && !isReachable(first)) condemn(first);
}

/** Takes one capability away, or condemns it if it is the last of an object that holds slots; returns a copy, if any. */
export function takeAway(cte: Cte): Cte | null {
  if (cte.isMapping) {
    deleteMapping(cte);
    return null;
  }
  const copy = anyCopy(cte);
  if (copy !== null) dropCopy(cte, copy);
  else if (typeHoldsSlots(cte.type)) condemn(cte);
  else dropLast(cte);
  return copy;
}

/** Takes away a capability of which others remain, `copy` among them. */
export function dropCopy(cte: Cte, copy: Cte): void {
  if (typeIsMappable(cte.type)) {
    deleteMappingsOf(cte);
    if (typeIsVNode(cte.type)) moveEntries(cte, copy);
  }
  mdbRemove(cte);
  cte.clear();
}

/** Takes away the last capability of an object, whose slots are empty if it has any. */
function dropLast(cte: Cte): void {
  if (typeIsMappable(cte.type)) {
    deleteMappingsOf(cte);
    if (typeIsVNode(cte.type)) voidEntries(cte);
  }
  if (cte.type == ObjType.Dispatcher) dropEndPoints(cte);
  reportMemory(cte);
  mdbRemove(cte);
  cte.clear();
}

/** Marks the last capability of an object that holds slots: the object goes when its slots are empty. */
export function condemn(cte: Cte): void {
  cte.setFlag(CteFlag.IN_DELETE);
  cte.link = Deletion.pending;
  Deletion.pending = cte;
}

/** Works off what has been condemned, and what is lost when dispatchers stop because of that. */
export function finishDeletion(): void {
  do {
    clearCondemned();
    for (let dcb = stopIncompleteDispatcher(); dcb; dcb = stopIncompleteDispatcher()) condemnIfKeptByItself(dcb);
  } while (Deletion.pending !== null);
}

/** A dispatcher that runs keeps its CSpace, in which its own capability may be: one that has stopped does not. */
function condemnIfKeptByItself(dcb: Dcb): void {
  const dispatcher = mdbFindForAddress(memToLocalPhys(changetype<usize>(dcb)));
  if (dispatcher !== null) condemnIfLost(dispatcher);
}

function clearCondemned(): void {
  do {
    for (let object = Deletion.pending; object; object = Deletion.pending) {
      Deletion.pending = object.link;
      if (object.type == ObjType.Dispatcher) stopDispatcher(dcbOf(object));
      emptySlots(object);
      object.link = Deletion.emptied;
      Deletion.emptied = object;
    }
    dropDoubtful();
  } while (Deletion.pending !== null || Deletion.doubtful !== null);
  for (let object = Deletion.emptied; object; object = Deletion.emptied) {
    Deletion.emptied = object.link;
    dropLast(object);
  }
}

/**
 * Empties the slots of a condemned object, but for those with objects that are condemned themselves and those that are
 * doubtful. From the end, so that of many doubtful ones of one object the first to be taken away is the first in order.
 */
function emptySlots(object: Cte): void {
  const first = localPhysToMem(u32(object.base));
  for (let i: u32 = object.type == ObjType.Dispatcher ? DCB_SLOTS : cnodeSlots(object); i != 0; i--) {
    const slot = cteAt(first, i - 1);
    if (slot.isEmpty || slot.inDelete || slot.isDoubtful) continue;
    if (typeHoldsSlots(slot.type)) doubt(slot);
    else takeAway(slot);
  }
}

function doubt(cte: Cte): void {
  cte.setFlag(CteFlag.DOUBTFUL);
  cte.doubtfulLink = Deletion.doubtful;
  Deletion.doubtful = cte;
}

/** Takes the next of the doubtful capabilities away, and looks at what became of its object. */
function dropDoubtful(): void {
  const cte = Deletion.doubtful;
  if (cte === null) return;
  Deletion.doubtful = cte.doubtfulLink;
  cte.clearFlag(CteFlag.DOUBTFUL);
  const copy = takeAway(cte);
  if (copy !== null) condemnIfLost(copy);
}

/** No message may be sent to a dispatcher that is gone: its end points, which follow it in the order, go with it. */
function dropEndPoints(dispatcher: Cte): void {
  let next = mdbSuccessor(dispatcher);
  while (next !== null && next.type == ObjType.EndPoint && next.base == dispatcher.base) {
    mdbRemove(next);
    next.clear();
    next = mdbSuccessor(dispatcher);
  }
}

/** Memory that no other capability covers is lost to everybody: it is counted, and the log says so. */
function reportMemory(cte: Cte): void {
  if (!typeIsRamBacked(cte.type) || hasAncestors(cte) || hasDescendants(cte)) return;
  kernel.droppedBytes += cte.bytes;
  log(LOG_DEBUG, "dropping ram cap base %08lx bytes 0x%lx", cte.base, cte.bytes);
}
