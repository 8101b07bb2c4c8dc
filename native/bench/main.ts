/**
 * The benchmark of the native machine: one operation at a time, in ticks of the cycle counter, of which the host makes
 * instructions.
 *
 *     sample: mm_alloc 1000 2210
 *
 * is one operation: its name, its size, its ticks. What asking the counter costs is measured first and left out;
 * what is said about many samples is the host's business. SIZE=n in the environment measures beside n live pages.
 */
import { errIsFail, errval_t } from "../../kpi/errval";
import { str } from "../../kpi/format";
import { ObjType } from "../../kpi/object-types";
import { DebugCall } from "../../kpi/system-calls";
import { BASE_PAGE_SIZE, L2_CNODE_SLOTS, VRegionFlags } from "../../kpi/types";
import { benchMm, livePage, livePagesInit, livePagesSet, regionOf } from "../../user/bench/live-pages";
import { must } from "../../user/bench/stopwatch";
import { initializeRamAlloc } from "../../user/init/mem-alloc";
import { randomBelow, randomSeed } from "../../user/init/scenarios/random";
import { SlotAllocatorLayout } from "../../user/layout/slot-layout";
import { argv, getenv, parseDecimal } from "../../user/libaos/arguments";
import { capCopy, capDelete, capRetype, capRevoke } from "../../user/libaos/capabilities";
import { capref } from "../../user/libaos/capref";
import { userPanicErr } from "../../user/libaos/debug";
import { domain } from "../../user/libaos/domain";
import { frameAlloc } from "../../user/libaos/frame";
import { Out } from "../../user/libaos/out";
import { getCurrentPagingState } from "../../user/libaos/paging/init";
import { pagingMapFrame, pagingUnmap } from "../../user/libaos/paging/map";
import { printf } from "../../user/libaos/print";
import { ramAlloc, ramFree } from "../../user/libaos/ram-alloc";
import { SlotAllocator, slotAllocatorAllocRun } from "../../user/libaos/slot/allocator";
import { slotAlloc } from "../../user/libaos/slot/default";
import { rangeSlotAllocInit, rangeSlotAllocRefill } from "../../user/libaos/slot/range";
import { libraryInit } from "../../user/libaos/startup";
import { sysDebug, sysExit, sysNop } from "../../user/libaos/system-calls";
import { vnodeCreate, vnodeMap, vnodeUnmap } from "../../user/libaos/vnode";
import { mmAlloc } from "../../user/libmm/alloc";
import { mmFree } from "../../user/libmm/free";

const SAMPLES: u32 = 101;
const MAX_PAGES: u32 = 100000;

@unmanaged
class Clock {
  started: u32;
  /** What two readings in a row differ by. */
  overhead: u32;
}

const clock = changetype<Clock>(memory.data(8, 4));

function now(): u32 {
  sysDebug(DebugCall.CYCLE_COUNTER);
  return Out.value;
}

function begin(): void {
  clock.started = now();
}

function end(): u32 {
  return now() - clock.started - clock.overhead;
}

function sample(name: string, size: u32, ticks: u32): void {
  printf("sample: %s %u %u\n", str(name), size, ticks);
}

function calibrate(): void {
  let least: u32 = U32.MAX_VALUE;
  for (let i = 0; i < 8; i++) {
    const first = now();
    least = min(least, now() - first);
  }
  clock.overhead = least;
}

function nullCalls(): void {
  for (let i: u32 = 0; i < SAMPLES; i++) {
    begin();
    sysNop();
    sample("null system call", 0, end());
  }
}

/** A live page, chosen by chance, is given back, and another one taken for it. */
function memoryManager(size: u32): void {
  const mm = benchMm();
  for (let i: u32 = 0; i < SAMPLES; i++) {
    const page = livePage(randomBelow(size));
    begin();
    const freed = mmFree(mm, page.cap, page.base, BASE_PAGE_SIZE);
    const free = end();
    must(freed, "mm_free");
    begin();
    const allocated = mmAlloc(mm, BASE_PAGE_SIZE);
    const alloc = end();
    must(allocated, "mm_alloc");
    page.cap = Out.cap;
    page.base = Out.base;
    sample("mm_alloc", size, alloc);
    sample("mm_free", size, free);
  }
}

/** What the CPU driver does for it, behind the manager's back. */
function retypeAndDelete(size: u32): void {
  for (let i: u32 = 0; i < SAMPLES; i++) {
    const page = livePage(randomBelow(size));
    const region = regionOf(page);
    begin();
    const deleted = capDelete(page.cap);
    const remove = end();
    must(deleted, "delete");
    begin();
    const retyped = capRetype(page.cap, region.cap, page.base - region.capBase, ObjType.RAM, BASE_PAGE_SIZE, 1);
    const retype = end();
    must(retyped, "retype");
    sample("retype", size, retype);
    sample("delete", size, remove);
  }
}

function copies(size: u32): void {
  must(slotAlloc(), "slot for a copy");
  const slot: capref = Out.cap;
  for (let i: u32 = 0; i < SAMPLES; i++) {
    const page = livePage(randomBelow(size));
    begin();
    const copied = capCopy(slot, page.cap);
    const copy = end();
    must(copied, "copy");
    begin();
    const deleted = capDelete(slot);
    const remove = end();
    must(deleted, "delete of a copy");
    sample("copy", size, copy);
    sample("delete of a copy", size, remove);
  }
}

function besideLivePages(size: u32): void {
  livePagesSet(size);
  randomSeed(size);
  memoryManager(size);
  retypeAndDelete(size);
  copies(size);
}

/** By invocation, and by the library, which finds addresses and keeps account of them. */
function mapping(pages: u32): void {
  const st = getCurrentPagingState();
  const bytes = u64(pages) * BASE_PAGE_SIZE;
  must(frameAlloc(bytes), "frame to map");
  const frame: capref = Out.cap;
  must(slotAlloc(), "slot for a page table");
  const table: capref = Out.cap;
  must(vnodeCreate(table, ObjType.VNode_ARM_l2), "page table");
  must(slotAlloc(), "slot for a mapping");
  const slot: capref = Out.cap;
  // Once outside of the samples, for page tables and slabs.
  must(pagingMapFrame(st, bytes, frame), "map");
  must(pagingUnmap(st, Out.buffer), "unmap");
  for (let i: u32 = 0; i < SAMPLES; i++) {
    begin();
    const mapped = vnodeMap(table, frame, 0, VRegionFlags.READ_WRITE, 0, pages, slot);
    const map = end();
    must(mapped, "vnode_map");
    begin();
    const unmapped = vnodeUnmap(table, slot);
    const unmap = end();
    must(unmapped, "vnode_unmap");
    must(capDelete(slot), "delete of a mapping");
    sample("vnode_map", pages, map);
    sample("vnode_unmap", pages, unmap);

    begin();
    const placed = pagingMapFrame(st, bytes, frame);
    const place = end();
    must(placed, "paging_map_frame");
    const at = Out.buffer;
    begin();
    const removed = pagingUnmap(st, at);
    const remove = end();
    must(removed, "paging_unmap");
    sample("paging_map_frame", pages, place);
    sample("paging_unmap", pages, remove);
  }
}

const slots = changetype<SlotAllocator>(memory.data(SlotAllocatorLayout.SIZE, 8));

/** `rows` times 256 pages made of one piece of RAM, all taken away again by one call. */
function revoke(rows: u32): void {
  must(ramAlloc(u64(rows) * L2_CNODE_SLOTS * BASE_PAGE_SIZE), "RAM to retype");
  const ram: capref = Out.cap;
  must(rangeSlotAllocInit(slots), "slots");
  for (let row: u32 = 0; row < rows; row++) {
    if (row != 0) must(rangeSlotAllocRefill(slots), "more slots");
    must(slotAllocatorAllocRun(slots, L2_CNODE_SLOTS), "a row of slots");
    const offset = u64(row) * L2_CNODE_SLOTS * BASE_PAGE_SIZE;
    must(capRetype(Out.cap, ram, offset, ObjType.RAM, BASE_PAGE_SIZE, L2_CNODE_SLOTS), "retype");
  }
  begin();
  const revoked = capRevoke(ram);
  const ticks = end();
  must(revoked, "revoke");
  sample("revoke", rows * L2_CNODE_SLOTS, ticks);
  must(ramFree(ram), "free the RAM");
}

function main(): void {
  sample("boot to main", 0, now());
  calibrate();
  livePagesInit(MAX_PAGES);
  const size = getenv("SIZE");
  if (size != 0) {
    besideLivePages(parseDecimal(size));
  } else {
    nullCalls();
    mapping(1);
    mapping(L2_CNODE_SLOTS);
    revoke(1);
    revoke(256);
  }
  sysExit(0);
}

/** Where the host finds the state of everything: the address of the domain state, a `DomainLayout`. */
export function domainState(): u32 {
  return u32(changetype<usize>(domain));
}

/** Entry. `args` is the address of the argument structure. */
export function _start(args: u32): void {
  must(libraryInit(args), "the library cannot start");
  domain.bootinfo = usize(parseDecimal(argv(1)));
  const err: errval_t = initializeRamAlloc();
  if (errIsFail(err)) userPanicErr(err, "_start() native/bench/main.ts", "no memory");
  main();
}
