/**
 * A simple model of a memory manager, to compare the real one with. It has one byte for each page of four parts of 1
 * MiB; 1 means that the page is taken.
 */
import { BASE_PAGE_BITS } from "../../kpi/types";
import { smallPartBase } from "./small-mm";

export const PART_PAGES: u32 = 256;
export const PARTS: u32 = 4;
export const MODEL_PAGES: u32 = PART_PAGES * PARTS;

const pages: usize = memory.data(1024, 8);
if (MODEL_PAGES != 1024) ERROR("page-model: a byte for each page");

/** Number of the page at `base` in the model. */
function pageOf(base: u64): u32 {
  return u32((base - smallPartBase(0)) >> BASE_PAGE_BITS);
}

export function modelClear(): void {
  memory.fill(pages, 0, MODEL_PAGES);
}

/**
 * Marks `count` pages from `base` on. Returns false if they do not all lie in one part, or if one of them already has
 * the new mark.
 */
function mark(base: u64, count: u32, taken: u8): bool {
  const first = pageOf(base);
  if (base < smallPartBase(0) || count == 0 || first + count > MODEL_PAGES) return false;
  if (first / PART_PAGES != (first + count - 1) / PART_PAGES) return false;
  for (let page = first; page < first + count; page++) {
    if (load<u8>(pages + page) == taken) return false;
    store<u8>(pages + page, taken);
  }
  return true;
}

/** Takes pages. Returns false if one of them is taken, or if they do not all lie in one part. */
export function modelTake(base: u64, count: u32): bool {
  return mark(base, count, 1);
}

export function modelGive(base: u64, count: u32): bool {
  return mark(base, count, 0);
}

/** Number of free pages. */
export function modelFree(): u32 {
  let free: u32 = 0;
  for (let page: u32 = 0; page < MODEL_PAGES; page++) free += u32(load<u8>(pages + page) == 0);
  return free;
}

/**
 * Is there room for `count` pages at a multiple of `alignment` pages in one part? Each part starts at such a multiple.
 */
export function modelHasRoom(count: u32, alignment: u32): bool {
  for (let first: u32 = 0; first + count <= MODEL_PAGES; first += alignment) {
    if (first / PART_PAGES != (first + count - 1) / PART_PAGES) continue;
    let run: u32 = 0;
    while (run < count && load<u8>(pages + first + run) == 0) run++;
    if (run == count) return true;
  }
  return false;
}
