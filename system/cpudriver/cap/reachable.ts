/**
 * Finds out whether an object that holds slots can still be reached. (Specification of capabilities, section 5.4.)
 *
 * A capability is reachable if its slot lies in the control block of a live dispatcher, in the CPU driver's own memory,
 * or in a CNode or dispatcher that is itself reachable. The walk goes backwards, from a capability to the object that
 * holds its slot. It is depth-first, so it usually ends after two or three steps. It uses no recursion and no memory
 * except spare words of the slots: visited slots are marked and linked, and unmarked at the end.
 */
import { ObjType } from "../../kpi/object-types";
import { memToLocalPhys } from "../arch/armv7/phys";
import { dcbOf } from "../dispatch/dcb";
import { isLive } from "../dispatch/schedule";
import { CteFlag } from "../layout/cte-layout";
import { isCopy } from "../mdb/order";
import { mdbFindForAddress, mdbPredecessor, mdbSuccessor } from "../mdb/tree";
import { Cte } from "./cte";

/** The walk in progress: the slots it has still to examine, and all slots it has visited. */
class Walk {
  static stack: Cte | null = null;
  static visited: Cte | null = null;
}

function visit(cte: Cte | null): void {
  if (cte === null || cte.inDelete || (cte.flags & CteFlag.VISITED) != 0) return;
  cte.setFlag(CteFlag.VISITED);
  cte.link = Walk.stack;
  Walk.stack = cte;
  cte.word5 = u32(changetype<usize>(Walk.visited));
  Walk.visited = cte;
}

/** `neighbour` if it is a copy of `cte`, else null. */
function copyOf(cte: Cte, neighbour: Cte | null): Cte | null {
  return neighbour !== null && isCopy(neighbour, cte) ? neighbour : null;
}

/**
 * Examines one slot. True if the CPU driver's own memory or a live dispatcher holds it. Else puts the holder on the
 * stack, to be examined next, with the slot's neighbouring copies below it.
 */
function leadsOutside(cte: Cte): bool {
  const holder = mdbFindForAddress(memToLocalPhys(changetype<usize>(cte)));
  if (holder === null) return true;
  if (holder.type == ObjType.Dispatcher && isLive(dcbOf(holder))) return true;
  visit(copyOf(cte, mdbPredecessor(cte)));
  visit(copyOf(cte, mdbSuccessor(cte)));
  visit(holder);
  return false;
}

/** Can the CNode or dispatcher of `cte` be reached from outside itself, through this capability or a copy? */
export function isReachable(cte: Cte): bool {
  visit(cte);
  let reachable = false;
  for (let next = Walk.stack; next; next = Walk.stack) {
    Walk.stack = next.link;
    if (leadsOutside(next)) {
      reachable = true;
      break;
    }
  }
  Walk.stack = null;
  while (Walk.visited) {
    const cte = changetype<Cte>(Walk.visited);
    Walk.visited = changetype<Cte | null>(usize(cte.word5));
    cte.clearFlag(CteFlag.VISITED);
    cte.word5 = 0;
    cte.link = null;
  }
  return reachable;
}
