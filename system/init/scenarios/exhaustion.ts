/** Scenarios that use up all RAM. They check the errors, and that all memory is free again afterwards. */
import { LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS, MM_ERR_NOT_FOUND } from "../../kpi/errno";
import { errIsFail } from "../../kpi/errval";
import { BASE_PAGE_SIZE, BYTES_PER_SECTION } from "../../kpi/types";
import { frameAlloc, frameFree } from "../../libaos/frame";
import { Out } from "../../libaos/out";
import { getCurrentPagingState } from "../../libaos/paging/init";
import { pagingMapFrame } from "../../libaos/paging/map";
import { ramFree } from "../../libaos/ram-alloc";
import { mmAlloc } from "../../libmm/alloc";
import { freePages, initMm, keptPages } from "./accounts";
import { vectorAt, vectorBegin, vectorCount, vectorEnd, vectorIsFull, vectorPop, vectorPush } from "./cap-vector";
import { equal, failed, fails, holds, note, ok } from "./check";
import { add } from "./list";
import { unmap } from "./mapping";
import { giveBackAll, PIECES_MAX, pieceAt, pieceCount, pieceEnter, piecesBegin } from "./pieces";

/** Greatest number of single pages that T32 takes. The rest of a larger board's memory is taken in large pieces. */
const SINGLE_PAGES: u32 = 16384;

/** Takes large pieces until at most `pages` pages are free. */
function takeBallast(pages: u32): void {
  piecesBegin();
  for (let want = freePages() - pages; freePages() > pages && want > 0; ) {
    if (errIsFail(mmAlloc(initMm(), u64(want) * BASE_PAGE_SIZE))) {
      want >>= 1;
      continue;
    }
    if (!pieceEnter(Out.cap)) return;
    want = min(want, freePages() > pages ? freePages() - pages : 0);
  }
}

/**
 * Takes single pages until there are none. Afterwards every page is either taken or kept by an allocator. Returns the
 * number of pages taken.
 */
export function takeEveryPage(progress: ((taken: u32) => void) | null): u32 {
  const free = freePages();
  const kept = keptPages();
  let taken: u32 = 0;
  while (!vectorIsFull()) {
    const err = mmAlloc(initMm(), BASE_PAGE_SIZE);
    if (errIsFail(err)) {
      fails(err, MM_ERR_NOT_FOUND, "mm_alloc when there is no page left", taken);
      break;
    }
    vectorPush(Out.cap);
    taken++;
    if (progress !== null) progress(taken);
  }
  equal(freePages(), 0, "free pages at the end");
  equal(taken + keptPages() - kept, free, "pages taken, or kept by allocators");
  fails(frameAlloc(BASE_PAGE_SIZE), LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS, "frame_alloc when there is no page left");
  return taken;
}

function t32(): void {
  if (!vectorBegin(min<u32>(freePages(), SINGLE_PAGES))) return;
  const kept = keptPages();
  if (freePages() > SINGLE_PAGES) takeBallast(SINGLE_PAGES - 1);
  else piecesBegin();
  const ballast = pieceCount();
  const first = takeEveryPage(null);
  while (vectorCount() != 0) ok(ramFree(vectorPop()), "give a page back", vectorCount() + 1);
  const keptByFirst = keptPages() - kept;
  const second: u32 = failed() ? 0 : takeEveryPage(null);
  // This time in the order in which they were taken.
  for (let i: u32 = 0; i < vectorCount(); i++) ok(ramFree(vectorAt(i)), "give a page back", i + 1);
  giveBackAll();
  holds(
    failed() || second + keptPages() - kept >= first,
    "there are as many pages as the first time, except those that allocators keep",
  );
  equal(second, first + keptByFirst - (keptPages() - kept), "pages taken the second time");
  vectorEnd();
  if (ballast == 0) note("%u and %u pages, MM_ERR_NOT_FOUND each time", first, second);
  else note("%u and %u pages, large pieces besides: %u; MM_ERR_NOT_FOUND each time", first, second, ballast);
}

/** Addresses of the mapped frames, in the order of the pieces that hold the frames. */
const mapped: usize = memory.data(4096, 4);
if (PIECES_MAX * 4 != 4096) ERROR("exhaustion: an address for each piece");

/** Allocates and maps a frame. Returns false if there is no memory for it or for its page tables. */
function mapAnother(bytes: u64): bool {
  let err = frameAlloc(bytes);
  if (errIsFail(err)) {
    fails(err, LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS, "frame_alloc when memory runs out");
    return false;
  }
  const frame = Out.cap;
  err = pagingMapFrame(getCurrentPagingState(), bytes, frame);
  if (errIsFail(err)) {
    ok(frameFree(frame), "free a frame that cannot be mapped");
    return false;
  }
  const address = Out.buffer;
  store<u32>(mapped + (pieceCount() << 2), address);
  pieceEnter(frame);
  store<u32>(address, address);
  store<u32>(address + u32(bytes) - 4, ~address);
  return true;
}

function t20(): void {
  const free = freePages();
  const kept = keptPages();
  let pages: u64 = 0;
  piecesBegin();
  for (let bytes: u64 = 16 * BYTES_PER_SECTION; bytes >= BASE_PAGE_SIZE && !failed(); ) {
    if (pieceCount() < PIECES_MAX && mapAnother(bytes)) pages += bytes / BASE_PAGE_SIZE;
    else bytes >>= 1;
  }
  const left = freePages();
  equal(pages + left + keptPages() - kept, free, "pages mapped, left, or kept by allocators");
  holds(left < 8, "fewer than 8 pages are left", left);
  for (let i: u32 = 0; i < pieceCount(); i++) {
    const address = load<u32>(mapped + (i << 2));
    equal(load<u32>(address), address, "the first word of frame", i + 1);
    equal(load<u32>(address + u32(pieceAt(i).bytes) - 4), ~address, "the last word of frame", i + 1);
  }
  for (let i: u32 = 0; i < pieceCount(); i++) unmap(load<u32>(mapped + (i << 2)));
  giveBackAll();
  note("%lu of %u pages in %u frames; pages left: %u", pages, free, pieceCount(), left);
}

export function registerExhaustion(): void {
  add("T32", "all pages allocated, freed, and allocated again", t32);
  add("T20", "all RAM mapped", t20);
}
