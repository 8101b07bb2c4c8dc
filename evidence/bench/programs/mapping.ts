/** Mapping and unmapping frames of several sizes, and a load of mapped memory. */
import { BASE_PAGE_SIZE } from "../../../system/kpi/types";
import { capref } from "../../../system/libaos/capref";
import { frameAlloc, frameFree } from "../../../system/libaos/frame";
import { pagingUnmap } from "../../../system/libaos/mapping/map-fixed";
import { Out } from "../../../system/libaos/out";
import { getCurrentPagingState } from "../../../system/libaos/paging/init";
import { pagingMapFrame } from "../../../system/libaos/paging/map";
import { CHASE_BYTES, chase, chaseInit } from "./loads";
import { rawForget, rawFrames, rawMap, rawMappingInit, rawUnmap } from "./raw-mapping";
import { measure, must, pause, resume, runBatches, start, stop } from "./stopwatch";

const BATCHES: u32 = 25;
const BATCH: u32 = 16;

@unmanaged
class Subject {
  frame: capref;
  address: u32;
}

/** What is being mapped or read. */
const subject = changetype<Subject>(memory.data(12, 8));
if (offsetof<Subject>() != 12) ERROR("Subject: size");

function mapSubject(pages: u32): void {
  must(pagingMapFrame(getCurrentPagingState(), u64(pages) * BASE_PAGE_SIZE, subject.frame), "map");
  subject.address = Out.buffer;
}

function unmapSubject(): void {
  must(pagingUnmap(getCurrentPagingState(), subject.address), "unmap");
}

function maps(pages: u32, operations: u32): void {
  start();
  for (let i: u32 = 0; i < operations; i++) {
    mapSubject(pages);
    pause();
    unmapSubject();
    resume();
  }
  stop("map", pages, operations);
}

function unmaps(pages: u32, operations: u32): void {
  start();
  for (let i: u32 = 0; i < operations; i++) {
    pause();
    mapSubject(pages);
    resume();
    unmapSubject();
  }
  stop("unmap", pages, operations);
}

function rawMaps(pages: u32, count: u32): void {
  start();
  for (let i: u32 = 0; i < count; i++) rawMap(pages, i);
  stop("vnode-map", pages, count);
  start();
  for (let i: u32 = 0; i < count; i++) rawUnmap(pages, i);
  stop("vnode-unmap", pages, count);
  for (let i: u32 = 0; i < count; i++) rawForget(pages, i);
}

/** By system calls alone: a call for each table. */
export function benchRawMapping(pages: u32): void {
  rawMappingInit();
  runBatches(pages, rawFrames(pages), BATCHES, rawMaps);
}

/** Mapped by the library: as many L2 tables as it takes, a copy of the frame for each. */
export function benchMapping(pages: u32): void {
  must(frameAlloc(u64(pages) * BASE_PAGE_SIZE), "frame to map");
  subject.frame = Out.cap;
  runBatches(pages, BATCH, BATCHES, maps);
  runBatches(pages, BATCH, BATCHES, unmaps);
  must(frameFree(subject.frame), "free the frame");
}

const LOADS: u32 = 200000;

function loads(_size: u32, operations: u32): void {
  chase(subject.address, operations);
}

/** Loads that find their page in the TLB, each at the address that the one before brought. */
export function benchLoads(): void {
  must(frameAlloc(CHASE_BYTES), "frame to read");
  subject.frame = Out.cap;
  mapSubject(CHASE_BYTES / BASE_PAGE_SIZE);
  chaseInit(subject.address);
  measure("load", 0, LOADS, BATCHES, loads);
  unmapSubject();
  must(frameFree(subject.frame), "free the frame");
}
