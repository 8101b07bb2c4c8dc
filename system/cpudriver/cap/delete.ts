/**
 * Delete removes one capability. Deleting the last capability of an object deletes the object.
 * (Specification of capabilities, section 5.)
 *
 * Most capabilities are deleted in one step. CNodes and dispatchers hold slots, and those slots must be emptied first.
 * They may hold CNodes again, nested or in cycles. So delete *condemns* the last capability of such an object: it marks
 * the capability and puts it on a list. Then it works through the list, without recursion:
 *
 *   1. It empties the slots of each condemned object.
 *   2. When no slots are left to empty, it deletes the condemned objects, the last one condemned first. So an object is
 *      deleted before the CNode that holds its slot.
 *
 * A capability of a CNode or dispatcher in a slot of step 1 is *doubtful*. After it is removed, delete must find out
 * whether its object can still be reached. That is expensive if the object has many capabilities, so doubtful
 * capabilities wait on a list of their own until no other slots are left to empty.
 *
 * After every step the mapping database is valid.
 */
import { SYS_ERR_CAP_LOCKED, SYS_ERR_OK } from "../../kpi/errno";
import { ObjType, typeHoldsSlots, typeIsMappable, typeIsRamBacked } from "../../kpi/object-types";
import { syserr_t } from "../../kpi/syserr";
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

/** The deletion in progress. A system call has at most one, and all lists are empty between calls. */
class Deletion {
  /** Condemned objects whose slots have not been emptied yet. */
  static pending: Cte | null = null;
  /** Capabilities of CNodes and dispatchers in the slots of condemned objects. */
  static doubtful: Cte | null = null;
  /** Condemned objects whose slots are empty or hold condemned objects. */
  static emptied: Cte | null = null;
}

/** Checks whether the capability may be deleted: SYS_ERR_CAP_LOCKED if it is being deleted already. */
export function checkDelete(cte: Cte): syserr_t {
  return cte.inDelete ? SYS_ERR_CAP_LOCKED : SYS_ERR_OK;
}

/** Deletes one capability, and with the last one the object and everything in its slots. */
export function commitDelete(cte: Cte): void {
  const holdsSlots = typeHoldsSlots(cte.type);
  const copy = takeAway(cte);
  // An object without slots condemns nothing. Of a dispatcher's own capabilities, an address leads only to the root of
  // its CSpace, which holds slots. So no dispatcher has become incomplete either.
  if (!holdsSlots) return;
  if (copy !== null) condemnIfLost(copy);
  finishDeletion();
}

/** Deletes the only capability of an object of memory, and with it the object and everything in its slots. */
export function commitDeleteOnly(cte: Cte): void {
  if (typeHoldsSlots(cte.type)) commitDelete(cte);
  else dropLast(cte);
}

/**
 * Condemns the object of `cte` if it cannot be reached from outside any more (only a cycle holds it, for example).
 * Called after another capability of the object was removed. Always condemns the object's first capability, so that an
 * object is condemned once. Does nothing while `cte` or the first capability is doubtful: the check runs again when
 * that one is removed.
 */
export function condemnIfLost(cte: Cte): void {
  if (cte.isDoubtful) return;
  const first = firstCopy(cte);
  if (!first.inDelete && !first.isDoubtful && !isReachable(first)) condemn(first);
}

/**
 * Removes one capability, or condemns it if it is the last one of an object that holds slots. Returns a remaining copy,
 * or null.
 */
export function takeAway(cte: Cte): Cte | null {
  if (cte.isMapping) {
    deleteMapping(cte);
    return null;
  }
  const copy: Cte | null = cte.isSingle ? null : anyCopy(cte);
  if (copy !== null) dropCopy(cte, copy);
  else if (typeHoldsSlots(cte.type)) condemn(cte);
  else dropLast(cte);
  return copy;
}

/** Removes a capability whose object has other capabilities. `copy` is one of them. */
export function dropCopy(cte: Cte, copy: Cte): void {
  if (typeIsMappable(cte.type)) {
    deleteMappingsOf(cte);
    moveEntries(cte, copy);
  }
  mdbRemove(cte);
  cte.clear();
}

/** Removes the last capability of an object. If the object has slots, they are empty or hold condemned objects. */
function dropLast(cte: Cte): void {
  if (typeIsMappable(cte.type)) {
    deleteMappingsOf(cte);
    voidEntries(cte);
  }
  if (cte.type == ObjType.Dispatcher) dropEndPoints(cte);
  reportMemory(cte);
  mdbRemove(cte);
  cte.clear();
}

/** Condemns a capability of an object that holds slots. `finishDeletion` empties the slots and deletes the object. */
export function condemn(cte: Cte): void {
  cte.setFlag(CteFlag.IN_DELETE);
  cte.link = Deletion.pending;
  Deletion.pending = cte;
}

/** Deletes all condemned objects, and the objects that become unreachable when dispatchers stop because of that. */
export function finishDeletion(): void {
  do {
    clearCondemned();
    for (let dcb = stopIncompleteDispatcher(); dcb; dcb = stopIncompleteDispatcher()) condemnIfKeptByItself(dcb);
  } while (Deletion.pending !== null);
}

/** Condemns a stopped dispatcher if only its own CSpace holds it. While it ran, it kept that CSpace alive. */
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
 * Empties the slots of a condemned object, except those whose capability is condemned or doubtful. Starts at the last
 * slot, so that the doubtful capabilities of one object are removed in the order of the mapping database.
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

/** Removes the next doubtful capability, and condemns its object if that cannot be reached any more. */
function dropDoubtful(): void {
  const cte = Deletion.doubtful;
  if (cte === null) return;
  Deletion.doubtful = cte.doubtfulLink;
  cte.clearFlag(CteFlag.DOUBTFUL);
  const copy = takeAway(cte);
  if (copy !== null) condemnIfLost(copy);
}

/** Deletes the end points of a deleted dispatcher, which follow it in the order. So none can send it a message. */
function dropEndPoints(dispatcher: Cte): void {
  let next = mdbSuccessor(dispatcher);
  while (next !== null && next.type == ObjType.EndPoint && next.base == dispatcher.base) {
    mdbRemove(next);
    next.clear();
    next = mdbSuccessor(dispatcher);
  }
}

/** Counts and logs memory that no other capability covers: no program can use it any more. */
function reportMemory(cte: Cte): void {
  if (!typeIsRamBacked(cte.type) || hasAncestors(cte) || hasDescendants(cte)) return;
  kernel.droppedBytes += cte.bytes;
  log(LOG_DEBUG, "dropping ram cap base %08lx bytes 0x%lx", cte.base, cte.bytes);
}
