/**
 * The benchmark of the native machine: one operation at a time, in ticks of the cycle counter, of which the host makes
 * instructions.
 *
 *     sample: mm-alloc 1000 2210
 *
 * is one operation: its name, its size, its ticks. Names and sizes are those of the hosted benchmark (evidence/bench/programs/), so
 * that the host can put the figures of both side by side. What asking the counter costs is measured first and left out;
 * what is said about many samples is the host's business. SIZE=n in the environment measures beside n live pages.
 */

import { initializeRamAlloc } from "../../../system/init/mem-alloc";
import { randomBelow, randomSeed } from "../../../system/init/scenarios/random";
import { errIsFail, errval_t } from "../../../system/kpi/errval";
import { str } from "../../../system/kpi/format";
import { ObjType } from "../../../system/kpi/object-types";
import { DebugCall } from "../../../system/kpi/system-calls";
import { ARM_L2_ENTRIES, BASE_PAGE_SIZE, L2_CNODE_SLOTS } from "../../../system/kpi/types";
import { argv, getenv, parseDecimal } from "../../../system/libaos/arguments";
import { capCopy, capDelete, capIdentify, capRetype, capRevoke } from "../../../system/libaos/capabilities";
import { capref } from "../../../system/libaos/capref";
import { userPanicErr } from "../../../system/libaos/debug";
import { domain } from "../../../system/libaos/domain";
import { frameAlloc, frameFree } from "../../../system/libaos/frame";
import { pagingUnmap } from "../../../system/libaos/mapping/map-fixed";
import { Out } from "../../../system/libaos/out";
import { getCurrentPagingState } from "../../../system/libaos/paging/init";
import { pagingMapFrame } from "../../../system/libaos/paging/map";
import { printf } from "../../../system/libaos/print";
import { ramAlloc, ramFree } from "../../../system/libaos/ram-alloc";
import { slotAlloc } from "../../../system/libaos/slot/default";
import { rootSlots } from "../../../system/libaos/slot/root";
import { rootSlotsGrow } from "../../../system/libaos/slot/root-growth";
import { libraryInit } from "../../../system/libaos/startup";
import { sysDebug, sysExit, sysNop } from "../../../system/libaos/system-calls";
import { mmAlloc } from "../../../system/libmm/alloc";
import { mmFree } from "../../../system/libmm/free";
import { mustBeRefused, refusedRetype, Stage } from "./calls";
import { benchMm, LivePage, livePage, livePagesInit, livePagesSet, regionOf } from "./live-pages";
import { rawForget, rawInstall, rawMap, rawMappingInit, rawMapSingle, rawUninstall, rawUnmap } from "./raw-mapping";
import { makeCopies, makePages, slotsFor } from "./revoke";
import { LARGEST_ROOT } from "./root-growth";
import { must } from "./stopwatch";

const SAMPLES: u32 = 101;
const MAX_PAGES: u32 = 100000;
const MANY_COPIES: u32 = 10000;
const MANY_DESCENDANTS: u32 = 65536;

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
    sample("null", 0, end());
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
    sample("mm-alloc", size, alloc);
    sample("mm-free", size, free);
  }
}

class Ticks {
  static remove: u32 = 0;
  static retype: u32 = 0;
}

/** Deletes the capability of a page and makes it again, behind the manager's back. -> Ticks */
function deleteAndRetype(page: LivePage): void {
  const region = regionOf(page);
  begin();
  const deleted = capDelete(page.cap);
  Ticks.remove = end();
  must(deleted, "delete");
  begin();
  const retyped = capRetype(page.cap, region.cap, page.base - region.capBase, ObjType.RAM, BASE_PAGE_SIZE, 1);
  Ticks.retype = end();
  must(retyped, "retype");
}

/** What the CPU driver does for the manager. */
function retypeAndDelete(size: u32): void {
  for (let i: u32 = 0; i < SAMPLES; i++) {
    deleteAndRetype(livePage(randomBelow(size)));
    sample("retype", size, Ticks.retype);
    sample("delete", size, Ticks.remove);
  }
}

/** The pages are as they were made, in the order of their numbers. A page that is made again becomes the youngest. */
function deleteOldest(size: u32): void {
  for (let i: u32 = 0; i < min(SAMPLES, size); i++) {
    deleteAndRetype(livePage(i));
    sample("delete-oldest", size, Ticks.remove);
  }
}

/** A page of RAM becomes a frame, which is cleared, and RAM again. */
function frames(size: u32): void {
  for (let i: u32 = 0; i < SAMPLES; i++) {
    const page = livePage(randomBelow(size));
    const region = regionOf(page);
    const offset = page.base - region.capBase;
    must(capDelete(page.cap), "delete");
    begin();
    const retyped = capRetype(page.cap, region.cap, offset, ObjType.Frame, BASE_PAGE_SIZE, 1);
    const retype = end();
    must(retyped, "retype");
    must(capDelete(page.cap), "delete of a frame");
    must(capRetype(page.cap, region.cap, offset, ObjType.RAM, BASE_PAGE_SIZE, 1), "retype");
    sample("retype-frame", size, retype);
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
    sample("delete-copy", size, remove);
  }
}

function identifies(size: u32): void {
  for (let i: u32 = 0; i < SAMPLES; i++) {
    const page = livePage(randomBelow(size));
    begin();
    const identified = capIdentify(page.cap);
    const identify = end();
    must(identified, "identify");
    sample("identify", size, identify);
  }
}

/** Retypes that are refused on their way: the difference of two stages is the cost of what lies between them. */
function refusals(name: string, size: u32, stage: Stage): void {
  for (let i: u32 = 0; i < SAMPLES; i++) {
    const page = livePage(randomBelow(size));
    const region = regionOf(page);
    begin();
    const err = refusedRetype(page, region, stage);
    const ticks = end();
    mustBeRefused(err, stage);
    sample(name, size, ticks);
  }
}

function besideLivePages(size: u32): void {
  livePagesSet(size);
  randomSeed(size);
  deleteOldest(size);
  memoryManager(size);
  retypeAndDelete(size);
  frames(size);
  copies(size);
  identifies(size);
  refusals("retype-invoked", size, Stage.INVOKED);
  refusals("retype-looked-up", size, Stage.LOOKED_UP);
  refusals("retype-checked", size, Stage.CHECKED);
}

/** By system calls alone: one for each page table. */
function rawMapping(pages: u32): void {
  for (let i: u32 = 0; i < SAMPLES; i++) {
    begin();
    rawMap(pages, 0);
    const map = end();
    begin();
    rawUnmap(pages, 0);
    const unmap = end();
    rawForget(pages, 0);
    sample("vnode-map", pages, map);
    sample("vnode-unmap", pages, unmap);
  }
}

/** A page of a frame without copies, and a page table in an L1 table. */
function singleMappings(): void {
  for (let i: u32 = 0; i < SAMPLES; i++) {
    begin();
    rawMapSingle();
    sample("vnode-map-single", 1, end());
    rawUnmap(1, 0);
    rawForget(1, 0);
    begin();
    rawInstall();
    sample("table-install", 1, end());
    rawUninstall();
    rawForget(1, 0);
  }
}

/** By the library, which finds addresses and keeps account of them. */
function libraryMapping(pages: u32): void {
  const st = getCurrentPagingState();
  const bytes = u64(pages) * BASE_PAGE_SIZE;
  must(frameAlloc(bytes), "frame to map");
  const frame: capref = Out.cap;
  // Once outside of the samples, for page tables and slabs.
  must(pagingMapFrame(st, bytes, frame), "map");
  must(pagingUnmap(st, Out.buffer), "unmap");
  for (let i: u32 = 0; i < SAMPLES; i++) {
    begin();
    const mapped = pagingMapFrame(st, bytes, frame);
    const map = end();
    must(mapped, "paging_map_frame");
    const at = Out.buffer;
    begin();
    const unmapped = pagingUnmap(st, at);
    const unmap = end();
    must(unmapped, "paging_unmap");
    sample("map", pages, map);
    sample("unmap", pages, unmap);
  }
  must(frameFree(frame), "free the frame");
}

function mapping(pages: u32): void {
  rawMapping(pages);
  libraryMapping(pages);
}

/** Takes away all that was made of `ram`, by one call. */
function revoke(name: string, ram: capref, count: u32): void {
  begin();
  const revoked = capRevoke(ram);
  const ticks = end();
  must(revoked, "revoke");
  sample(name, count, ticks);
  must(ramFree(ram), "free the RAM");
}

function revokeDescendants(count: u32): void {
  slotsFor(count);
  must(ramAlloc(u64(count) * BASE_PAGE_SIZE), "RAM to retype");
  const ram: capref = Out.cap;
  begin();
  makePages(ram, count);
  sample("retype-row", count, end());
  revoke("revoke-descendants", ram, count);
}

function revokeCopies(count: u32): void {
  slotsFor(count);
  must(ramAlloc(BASE_PAGE_SIZE), "RAM to copy");
  const ram: capref = Out.cap;
  makeCopies(ram, count);
  revoke("revoke-copies", ram, count);
}

function revokes(): void {
  for (let count: u32 = 1; count <= MANY_COPIES; count *= 10) {
    revokeDescendants(count);
    revokeCopies(count);
  }
  revokeDescendants(L2_CNODE_SLOTS);
  revokeDescendants(MANY_DESCENDANTS);
}

/** By the library: a page of RAM becomes a frame, and is free again. */
function frameAllocation(): void {
  for (let i: u32 = 0; i < SAMPLES; i++) {
    begin();
    const allocated = frameAlloc(BASE_PAGE_SIZE);
    const alloc = end();
    must(allocated, "frame_alloc");
    const frame: capref = Out.cap;
    begin();
    const freed = frameFree(frame);
    const free = end();
    must(freed, "frame_free");
    sample("frame-alloc", 0, alloc);
    sample("frame-free", 0, free);
  }
}

/** The root CNode is replaced by one of twice the size, again and again. */
function rootGrowth(): void {
  const roots = rootSlots();
  while (roots.slots < LARGEST_ROOT) {
    const before = roots.slots;
    begin();
    const grown = rootSlotsGrow(roots.allocator);
    const ticks = end();
    must(grown, "growth of the root CNode");
    // Most growths only put more slots of the present root to use.
    if (roots.slots != before) sample("root-growth", roots.slots, ticks);
  }
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
    rawMappingInit();
    singleMappings();
    mapping(1);
    mapping(64);
    mapping(ARM_L2_ENTRIES);
    mapping(512);
    mapping(2048);
    frameAllocation();
    revokes();
    rootGrowth();
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
  if (errIsFail(err)) userPanicErr(err, "_start() evidence/bench/programs/native.ts", "the RAM allocator cannot start");
  main();
}
