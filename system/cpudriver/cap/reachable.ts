/**
 * Can anybody still reach an object that holds slots? (Specification of capabilities, section 5.4.)
 *
 * Asked backwards: a capability is reachable if its slot lies in the control block of a live dispatcher, or in the CPU
 * driver's own memory, or in a CNode or dispatcher that is reachable itself. The walk goes deep first along one chain
 * of holders, so that it ends after two or three steps in the usual case. Visited slots are chained, and unmarked at
 * the end; no recursion, no memory but the slots' spare words.
 */
import { ObjType } from "../../kpi/object-types";
import { memToLocalPhys } from "../arch/armv7/phys";
import { dcbOf } from "../dispatch/dcb";
import { isLive } from "../dispatch/schedule";
import { CteFlag } from "../layout/cte-layout";
import { isCopy } from "../mdb/order";
import { mdbFindForAddress, mdbPredecessor, mdbSuccessor } from "../mdb/tree";
import { Cte } from "./cte";

/** The walk in progress: slots to look at, and all that were ever put there. */
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

/** The neighbour that is a copy of `cte`, if there is one. */
function copyOf(cte: Cte, neighbour: Cte | null): Cte | null {
  return neighbour !== null && isCopy(neighbour, cte) ? neighbour : null;
}

/** Looks at one slot: true if whatever holds it is a root of everything; else what holds it is looked at next. */
function leadsOutside(cte: Cte): bool {
  const holder = mdbFindForAddress(memToLocalPhys(changetype<usize>(cte)));
  if (holder === null) return true;
  if (holder.type == ObjType.Dispatcher && isLive(dcbOf(holder))) return true;
  visit(copyOf(cte, mdbPredecessor(cte)));
  visit(copyOf(cte, mdbSuccessor(cte)));
  visit(holder);
  return false;
}

/** Is the CNode or dispatcher of `cte` reachable from outside of itself, through this capability or a copy? */
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
