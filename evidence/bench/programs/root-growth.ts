/** The root CNode is replaced by one of twice the size, again and again. */
import { rootSlots } from "../../../system/libaos/slot/root";
import { rootSlotsGrow } from "../../../system/libaos/slot/root-growth";
import { must, start, stop } from "./stopwatch";

/** Slots at which to stop: enough for every page of a GiB. */
export const LARGEST_ROOT: u32 = 16384;

export function benchRootGrowth(): void {
  const roots = rootSlots();
  while (roots.slots < LARGEST_ROOT) {
    const before = roots.slots;
    start();
    must(rootSlotsGrow(roots.allocator), "growth of the root CNode");
    // Most growths only put more slots of the present root to use.
    if (roots.slots != before) stop("root-growth", roots.slots, 1);
  }
}
