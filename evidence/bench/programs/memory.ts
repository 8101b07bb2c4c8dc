/** Memory: the manager's pair of calls, and what the CPU driver does for it, beside more and more live pages. */

import { randomBelow, randomSeed } from "../../../system/init/scenarios/random";
import { ObjType } from "../../../system/kpi/object-types";
import { BASE_PAGE_SIZE } from "../../../system/kpi/types";
import { capCopy, capDelete, capIdentify, capRetype } from "../../../system/libaos/capabilities";
import { capref, NULL_CAP } from "../../../system/libaos/capref";
import { SlotAllocatorLayout } from "../../../system/libaos/layout/slot-layout";
import { Out } from "../../../system/libaos/out";
import { ramAlloc, ramFree } from "../../../system/libaos/ram-alloc";
import { SlotAllocator, slotAllocatorAllocRun } from "../../../system/libaos/slot/allocator";
import { rangeSlotAllocInit } from "../../../system/libaos/slot/range";
import { mmAlloc } from "../../../system/libmm/alloc";
import { mmFree } from "../../../system/libmm/free";
import { MmRegion } from "../../../system/libmm/node";
import { benchStages, lookAt } from "./calls";
import {
  benchMm,
  chosenCount,
  chosenPage,
  LIVE_PAGE_SIZE,
  LivePage,
  livePage,
  livePagesSet,
  MOST_CHOSEN,
  regionOf,
} from "./live-pages";
import { measure, must, runBatches, start, stop } from "./stopwatch";

const BATCHES: u32 = 40;
const BATCH: u32 = 256;
/** Pages of a row, and how many pages rows are chosen from: few, so that the host has their memory at hand. */
const NEIGHBOURS: u32 = 100;
const ROWS_END: u32 = 1000;

/** One page, there and back. */
function pairs(_size: u32, operations: u32): void {
  const mm = benchMm();
  for (let i: u32 = 0; i < operations; i++) {
    must(mmAlloc(mm, BASE_PAGE_SIZE), "mm_alloc");
    must(mmFree(mm, Out.cap, Out.base, BASE_PAGE_SIZE), "mm_free");
  }
}

/** The front end, which asks the CPU driver where a capability is. */
function ramPairs(_size: u32, operations: u32): void {
  for (let i: u32 = 0; i < operations; i++) {
    must(ramAlloc(BASE_PAGE_SIZE), "ram_alloc");
    must(ramFree(Out.cap), "ram_free");
  }
}

/** A live page, chosen by chance, is given back, and another one taken for it. */
function replacements(size: u32, operations: u32): void {
  const mm = benchMm();
  for (let i: u32 = 0; i < operations; i++) {
    const page = livePage(randomBelow(size));
    must(mmFree(mm, page.cap, page.base, BASE_PAGE_SIZE), "mm_free");
    must(mmAlloc(mm, BASE_PAGE_SIZE), "mm_alloc");
    page.cap = Out.cap;
    page.base = Out.base;
  }
}

function retypePage(page: LivePage, region: MmRegion, type: u32): void {
  must(capRetype(page.cap, region.cap, page.base - region.capBase, type, BASE_PAGE_SIZE, 1), "retype");
}

/** What is known of the pages of a batch, side by side. */
const batchPages: usize = memory.data(BATCH * LIVE_PAGE_SIZE, 8);

function batchPage(index: u32): LivePage {
  return changetype<LivePage>(batchPages + index * LIVE_PAGE_SIZE);
}

/**
 * Live pages, chosen by chance, are deleted and made anew, behind the manager's back. They are chosen before the clock
 * starts: of 250,000 entries of our own list, most are in no cache, and that is not what is measured.
 */
function retypes(size: u32, operations: u32): void {
  const region = regionOf(livePage(0));
  for (let i: u32 = 0; i < operations; i++) {
    const page = livePage(randomBelow(size));
    batchPage(i).cap = page.cap;
    batchPage(i).base = page.base;
  }
  start();
  for (let i: u32 = 0; i < operations; i++) {
    must(capDelete(batchPage(i).cap), "delete");
    retypePage(batchPage(i), region, ObjType.RAM);
  }
  stop("retype-delete", size, operations);
}

/** Deletes a row of pages. */
function deleteRow(first: u32, count: u32): void {
  for (let i: u32 = 0; i < count; i++) must(capDelete(livePage(first + i).cap), "delete");
}

/** Makes a row of pages anew. */
function retypeRow(first: u32, count: u32, type: u32): void {
  const region = regionOf(livePage(0));
  for (let i: u32 = 0; i < count; i++) retypePage(livePage(first + i), region, type);
}

/** The two halves, each timed for itself: a row of neighbours goes, comes as `type`, and goes again. */
function halves(retype: string, remove: string, size: u32, count: u32, type: u32): void {
  const first = randomBelow(min(size, ROWS_END) - count + 1);
  deleteRow(first, count);
  start();
  retypeRow(first, count, type);
  stop(retype, size, count);
  start();
  deleteRow(first, count);
  stop(remove, size, count);
  retypeRow(first, count, ObjType.RAM);
}

function ramHalves(size: u32, operations: u32): void {
  halves("retype-row-ram", "delete-row-ram", size, operations, ObjType.RAM);
}

function frameHalves(size: u32, operations: u32): void {
  halves("retype-frame", "delete-frame", size, operations, ObjType.Frame);
}

/** Slots for copies. */
const copySlots = changetype<SlotAllocator>(memory.data(SlotAllocatorLayout.SIZE, 8));

@unmanaged
class CopySlots {
  first: capref;
}

const copyRow = changetype<CopySlots>(memory.data(8, 8));

function ensureCopySlots(): void {
  if (copyRow.first != NULL_CAP) return;
  must(rangeSlotAllocInit(copySlots), "slots for copies");
  must(slotAllocatorAllocRun(copySlots, MOST_CHOSEN), "a row of slots");
  copyRow.first = Out.cap;
}

/** A copy of each chosen page, then all copies deleted. */
function copyHalves(size: u32, count: u32): void {
  const offset = randomBelow(size / count);
  lookAt(size, count, offset);
  start();
  for (let i: u32 = 0; i < count; i++) {
    must(capCopy(copyRow.first + i, chosenPage(size, count, offset, i).cap), "copy");
  }
  stop("copy", size, count);
  start();
  for (let i: u32 = 0; i < count; i++) must(capDelete(copyRow.first + i), "delete of a copy");
  stop("delete-copy", size, count);
}

function identifies(size: u32, count: u32): void {
  const offset = randomBelow(size / count);
  lookAt(size, count, offset);
  start();
  for (let i: u32 = 0; i < count; i++) must(capIdentify(chosenPage(size, count, offset, i).cap), "identify");
  stop("identify", size, count);
}

/** Everything beside `size` live pages. */
export function benchMemory(size: u32): void {
  ensureCopySlots();
  livePagesSet(size);
  randomSeed(size);
  measure("mm-pair", size, BATCH, BATCHES, pairs);
  measure("ram-pair", size, BATCH, BATCHES, ramPairs);
  measure("mm-replace", size, BATCH, BATCHES, replacements);
  runBatches(size, BATCH, BATCHES, retypes);
  runBatches(size, min(size, NEIGHBOURS), BATCHES, ramHalves);
  runBatches(size, min(size, NEIGHBOURS), BATCHES, frameHalves);
  runBatches(size, chosenCount(size), BATCHES, copyHalves);
  runBatches(size, chosenCount(size), BATCHES, identifies);
  benchStages(size);
}
