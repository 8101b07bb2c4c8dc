/** Mapping and unmapping frames of several sizes, and a load of mapped memory. */
import { BASE_PAGE_SIZE } from "../../kpi/types";
import { capref } from "../libaos/capref";
import { frameAlloc, frameFree } from "../libaos/frame";
import { Out } from "../libaos/out";
import { getCurrentPagingState } from "../libaos/paging/init";
import { pagingMapFrame, pagingUnmap } from "../libaos/paging/map";
import { CHASE_BYTES, chase, chaseInit } from "./loads";
import { must, pause, resume, start, stop } from "./stopwatch";

const BATCHES: u32 = 25;
const BATCH: u32 = 16;

/** Mapped by the library: as many L2 tables as it takes, a copy of the frame for each. */
export function benchMapping(pages: u32): void {
  const st = getCurrentPagingState();
  const bytes = u64(pages) * BASE_PAGE_SIZE;
  must(frameAlloc(bytes), "frame to map");
  const frame: capref = Out.cap;
  // Once outside of the batches, for the page tables.
  must(pagingMapFrame(st, bytes, frame), "map");
  must(pagingUnmap(st, Out.buffer), "unmap");
  for (let batch: u32 = 0; batch < BATCHES; batch++) {
    start();
    for (let i: u32 = 0; i < BATCH; i++) {
      must(pagingMapFrame(st, bytes, frame), "map");
      const at = Out.buffer;
      pause();
      must(pagingUnmap(st, at), "unmap");
      resume();
    }
    stop("map", pages, BATCH);
    start();
    for (let i: u32 = 0; i < BATCH; i++) {
      pause();
      must(pagingMapFrame(st, bytes, frame), "map");
      const at = Out.buffer;
      resume();
      must(pagingUnmap(st, at), "unmap");
    }
    stop("unmap", pages, BATCH);
  }
  must(frameFree(frame), "free the frame");
}

const LOADS: u32 = 1000000;

/** Loads that find their page in the TLB, each at the address that the one before brought. */
export function benchLoads(): void {
  must(frameAlloc(CHASE_BYTES), "frame to read");
  const frame: capref = Out.cap;
  must(pagingMapFrame(getCurrentPagingState(), CHASE_BYTES, frame), "map");
  const at = Out.buffer;
  chaseInit(at);
  for (let batch: u32 = 0; batch < BATCHES; batch++) {
    start();
    chase(at, LOADS);
    stop("load", 0, LOADS);
  }
  must(pagingUnmap(getCurrentPagingState(), at), "unmap");
  must(frameFree(frame), "free the frame");
}
