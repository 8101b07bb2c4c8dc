/** Moves capabilities between slots. */
import { kernelAssert } from "../debug/panic";
import { mdbInsert, mdbRemove } from "../mdb/tree";
import { Cte } from "./cte";

/**
 * Moves a capability to an empty slot. It must not be a frame, page table or mapping, because mapping lists refer to
 * those by slot.
 */
export function moveCap(from: Cte, to: Cte): void {
  kernelAssert(to.isEmpty, "move: the slot is in use");
  mdbRemove(from);
  to.fillCopy(from);
  mdbInsert(to);
  from.clear();
}
