/** Keeps nodes in reserve. */
import { slabDefaultRefill, slabFreecount } from "../libaos";
import { Mm } from "./node";

/** A refill starts when fewer nodes than this are left. The refill itself allocates memory, and so needs nodes. */
const RESERVE: u32 = 24;

/** Makes sure that there are nodes. It is called at the start of each allocation, before the list is looked at. */
export function refillNodes(mm: Mm): void {
  if (slabFreecount(mm.slabs) >= RESERVE) return;
  // The refill allocates memory for more nodes. That allocation calls this function again, and again, and again.
  slabDefaultRefill(mm.slabs);
}
