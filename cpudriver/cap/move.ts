/** Moving a capability between slots. */
import { mdbInsert, mdbRemove } from "../mdb/tree";
import { Cte } from "./cte";

/** Moves a capability of a type that nothing refers to by slot (not a frame, table or mapping) to an empty slot. */
export function moveCap(from: Cte, to: Cte): void {
  mdbRemove(from);
  to.fillCopy(from);
  mdbInsert(to);
  from.clear();
}
