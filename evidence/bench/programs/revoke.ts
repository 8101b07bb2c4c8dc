/** Revoke, by number of descendants and of copies. */
import { ObjType } from "../../../system/kpi/object-types";
import { BASE_PAGE_SIZE, L2_CNODE_SLOTS } from "../../../system/kpi/types";
import { capCopy, capRetype, capRevoke } from "../../../system/libaos/capabilities";
import { capref } from "../../../system/libaos/capref";
import { SlotAllocatorLayout } from "../../../system/libaos/layout/slot-layout";
import { Out } from "../../../system/libaos/out";
import { ramAlloc, ramFree } from "../../../system/libaos/ram-alloc";
import { SlotAllocator, slotAllocatorAllocRun } from "../../../system/libaos/slot/allocator";
import { rangeSlotAllocInit, rangeSlotAllocRefill } from "../../../system/libaos/slot/range";
import { livePage } from "./live-pages";
import { must, runBatches, start, stop } from "./stopwatch";

const BATCHES: u32 = 15;
/** Fewer where a batch is long. */
const LONG_BATCHES: u32 = 5;
const MANY: u32 = 4096;

/** Slots for what is revoked: whole CNodes, of which each batch fills the first ones again. */
const slots = changetype<SlotAllocator>(memory.data(SlotAllocatorLayout.SIZE, 8));

@unmanaged
class Rows {
  count: u32;
}

const rows = changetype<Rows>(memory.data(4, 4));

/** Row `index` of 256 slots; its reference stands in the list of live pages, which is not in use at this time. */
function row(index: u32): capref {
  return livePage(index).cap;
}

/** Makes sure that there are slots for `count` capabilities. */
export function slotsFor(count: u32): void {
  if (rows.count == 0) must(rangeSlotAllocInit(slots), "slots");
  while (rows.count * L2_CNODE_SLOTS < count) {
    if (rows.count > 0) must(rangeSlotAllocRefill(slots), "more slots");
    must(slotAllocatorAllocRun(slots, L2_CNODE_SLOTS), "a row of slots");
    livePage(rows.count++).cap = Out.cap;
  }
}

/** `count` pages of `ram`, a row of slots in one call. */
export function makePages(ram: capref, count: u32): void {
  for (let done: u32 = 0; done < count; done += L2_CNODE_SLOTS) {
    const part = min(count - done, L2_CNODE_SLOTS);
    const offset = u64(done) * BASE_PAGE_SIZE;
    must(capRetype(row(done / L2_CNODE_SLOTS), ram, offset, ObjType.RAM, BASE_PAGE_SIZE, part), "retype");
  }
}

export function makeCopies(ram: capref, count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    must(capCopy(row(i / L2_CNODE_SLOTS) + (i % L2_CNODE_SLOTS), ram), "copy");
  }
}

@unmanaged
class Target {
  ram: capref;
}

/** What is revoked. */
const target = changetype<Target>(memory.data(8, 8));

function descendants(count: u32, _operations: u32): void {
  start();
  makePages(target.ram, count);
  stop("retype-row", count, count);
  start();
  must(capRevoke(target.ram), "revoke");
  stop("revoke-descendants", count, 1);
}

/** `count` pages made of one piece of RAM, all taken away again by one call. */
export function benchRevokeDescendants(count: u32): void {
  slotsFor(count);
  must(ramAlloc(u64(count) * BASE_PAGE_SIZE), "RAM to retype");
  target.ram = Out.cap;
  runBatches(count, 1, count > MANY ? LONG_BATCHES : BATCHES, descendants);
  must(ramFree(target.ram), "free the RAM");
}

function copies(count: u32, _operations: u32): void {
  start();
  makeCopies(target.ram, count);
  stop("copy-row", count, count);
  start();
  must(capRevoke(target.ram), "revoke");
  stop("revoke-copies", count, 1);
}

/** `count` copies of one page, all taken away again by one call. */
export function benchRevokeCopies(count: u32): void {
  slotsFor(count);
  must(ramAlloc(BASE_PAGE_SIZE), "RAM to copy");
  target.ram = Out.cap;
  runBatches(count, 1, BATCHES, copies);
  must(ramFree(target.ram), "free the RAM");
}
