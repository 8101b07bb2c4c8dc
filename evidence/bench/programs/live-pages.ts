/**
 * The pages that a benchmark holds: the capability and the address of each, in memory that is mapped once, at the start.
 */
import { BASE_PAGE_BITS, BASE_PAGE_SIZE, BYTES_PER_SECTION } from "../../../system/kpi/types";
import { capIdentify } from "../../../system/libaos/capabilities";
import { capref } from "../../../system/libaos/capref";
import { domain } from "../../../system/libaos/domain";
import { frameAlloc } from "../../../system/libaos/frame";
import { Out } from "../../../system/libaos/out";
import { getCurrentPagingState } from "../../../system/libaos/paging/init";
import { pagingMapFrame } from "../../../system/libaos/paging/map";
import { mmAlloc } from "../../../system/libmm/alloc";
import { mmFree } from "../../../system/libmm/free";
import { Mm } from "../../../system/libmm/mm";
import { MmRegion } from "../../../system/libmm/node";
import { must } from "./stopwatch";

@unmanaged
export class LivePage {
  cap: capref;
  base: u64;
}

export const LIVE_PAGE_SIZE: u32 = 16;
if (offsetof<LivePage>() != LIVE_PAGE_SIZE) ERROR("LivePage: size");

@unmanaged
class LivePages {
  address: u32;
  count: u32;
}

const live = changetype<LivePages>(memory.data(8, 4));

/**
 * Makes room for the account of `capacity` pages. It begins in the middle of a MiB: the simulated TLB has an entry for
 * each page of one, and the program's own data lie at the beginning. Side by side in one entry, each access to the list
 * would be a miss, and so would the next one to the data.
 */
export function livePagesInit(capacity: u32): void {
  const bytes = u64(capacity) * LIVE_PAGE_SIZE + BYTES_PER_SECTION;
  must(frameAlloc(bytes), "frame for the list of pages");
  must(pagingMapFrame(getCurrentPagingState(), bytes, Out.cap), "map the list of pages");
  live.address = Out.buffer + (((BYTES_PER_SECTION * 3) / 2 - (Out.buffer % BYTES_PER_SECTION)) % BYTES_PER_SECTION);
  live.count = 0;
}

export function benchMm(): Mm {
  return changetype<Mm>(domain.mm);
}

export function livePage(index: u32): LivePage {
  return changetype<LivePage>(usize(live.address + index * LIVE_PAGE_SIZE));
}

/** Allocates or frees pages until there are `count`. */
export function livePagesSet(count: u32): void {
  while (live.count < count) {
    const page = livePage(live.count++);
    must(mmAlloc(benchMm(), BASE_PAGE_SIZE), "a page to live beside");
    page.cap = Out.cap;
    must(capIdentify(page.cap), "where the page is");
    page.base = Out.base;
  }
  while (live.count > count) {
    const page = livePage(--live.count);
    must(mmFree(benchMm(), page.cap, page.base, BASE_PAGE_SIZE), "give a page back");
  }
}

/** The region that a page was cut from. */
export function regionOf(page: LivePage): MmRegion {
  const number = u32(page.base >> BASE_PAGE_BITS);
  let region = benchMm().regions;
  while (region && (number < region.page || number >= region.end)) region = region.next;
  return changetype<MmRegion>(region);
}

/** Pages of a batch that works on each of them more than once: a quarter of all at most, so that others live beside. */
export const MOST_CHOSEN: u32 = 64;
/** Has no factor in common with 64 or 25, the numbers of pages that a batch chooses. */
const STEP: u32 = 37;

export function chosenCount(size: u32): u32 {
  return min(size / 4, MOST_CHOSEN);
}

/** Page `i` of `count` different ones, far from each other and in no order; `offset` is below `size / count`. */
export function chosenPage(size: u32, count: u32, offset: u32, i: u32): LivePage {
  return livePage(((i * STEP) % count) * (size / count) + offset);
}
