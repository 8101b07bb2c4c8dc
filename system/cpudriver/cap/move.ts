/** Moving a capability between slots. */
import { kernelAssert } from "../debug/panic";
import { mdbInsert, mdbRemove } from "../mdb/tree";
import { Cte } from "./cte";

/** Moves a capability of a type that nothing refers to by slot (not a frame, table or mapping) to an empty slot. */
export function moveCap(from: Cte, to: Cte): void {
  kernelAssert(to.isEmpty, "move: the slot is in use");
  mdbRemove(from);
  to.fillCopy(from);
  mdbInsert(to);
  from.clear();
}
