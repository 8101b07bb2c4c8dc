/**
 * A scenario that takes every page of the RAM as a capability of its own, and then frees them until all is one piece
 * again.
 */
import { BASE_PAGE_SIZE } from "../../kpi/types";
import { rootCNodeSlots } from "../../libaos/accounts";
import { debugPrintf } from "../../libaos/print";
import { ramFree } from "../../libaos/ram-alloc";
import { mmLargestFree } from "../../libmm/manager";
import { freePages, initMm } from "./accounts";
import { vectorBegin, vectorCount, vectorEnd, vectorPop, vectorShuffle } from "./cap-vector";
import { equal, note, ok } from "./check";
import { takeEveryPage } from "./exhaustion";
import { add } from "./list";
import { randomBegin } from "./random";

const TENTHS: u32 = 10;

/** The progress of long work. */
@unmanaged
class Progress {
  total: u32;
  nextTenth: u32;
}

const progress = changetype<Progress>(memory.data(8, 4));

function progressBegin(total: u32): void {
  progress.total = total;
  progress.nextTenth = 1;
}

/** If another tenth of the work is done, its percentage; else 0. */
function tenthReached(done: u32): u32 {
  if (u64(done) * TENTHS < u64(progress.total) * progress.nextTenth) return 0;
  return (100 * progress.nextTenth++) / TENTHS;
}

function pageTaken(taken: u32): void {
  const percent = tenthReached(progress.total - freePages());
  if (percent != 0)
    debugPrintf("     %3u %%  pages taken: %u, slots of the root CNode: %u\n", percent, taken, rootCNodeSlots());
}

function pageGiven(given: u32): void {
  const percent = tenthReached(given);
  if (percent != 0)
    debugPrintf("     %3u %%  pages given back: %u, free pieces: %u\n", percent, given, initMm().freeNodes);
}

function p01(): void {
  const rootSlots = rootCNodeSlots();
  if (!vectorBegin(freePages())) return;
  progressBegin(freePages());
  const taken = takeEveryPage(pageTaken);

  const seed = randomBegin(20161130);
  vectorShuffle();
  progressBegin(taken);
  for (let given: u32 = 1; vectorCount() != 0; given++) {
    if (!ok(ramFree(vectorPop()), "give a page back", given)) break;
    pageGiven(given);
  }
  vectorEnd();
  equal(mmLargestFree(initMm()), u64(freePages()) * BASE_PAGE_SIZE, "bytes of the largest free piece");
  note("%u pages, seed %u; the root CNode grows from %u to %u slots", taken, seed, rootSlots, rootCNodeSlots());
}

export function registerAllPages(): void {
  add("P01", "every page as a capability of its own, freed at random", p01);
}
