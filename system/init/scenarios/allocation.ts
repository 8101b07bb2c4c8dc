/** Scenarios of allocation and reclamation: pieces of many sizes, taken and freed in many orders. */
import { MM_ERR_MM_FREE, MM_ERR_NOT_FOUND } from "../../kpi/errno";
import { errPop, errval_t } from "../../kpi/errval";
import { BASE_PAGE_SIZE } from "../../kpi/types";
import { usedDefaultSlots } from "../../libaos/accounts";
import { frameIdentify } from "../../libaos/frame";
import { mmFree } from "../../libmm/free";
import { freePages, initMm, keptPages, preallocSlots } from "./accounts";
import { equal, failed, fails, note, ok } from "./check";
import { add, ScenarioFlag } from "./list";
import {
  giveBack,
  giveBackAll,
  giveBackSized,
  highestEnd,
  lastPiece,
  lowestBase,
  pieceAt,
  pieceCount,
  piecesAreDisjoint,
  piecesBegin,
  takeFrame,
  takeFromMm,
  takeRam,
} from "./pieces";

const KIB: u64 = 1024;

/** Checks that `mm_free` refused because no such piece is handed out. */
export function refusesToFree(err: errval_t, what: string): bool {
  return fails(err, MM_ERR_MM_FREE, what) && fails(errPop(err), MM_ERR_NOT_FOUND, what);
}

function t01(): void {
  const pieces: u32 = 62;
  const bytes = 16 * KIB;
  const freeBefore = freePages() + keptPages();
  const nodesBefore = initMm().freeNodes;
  piecesBegin();
  for (let i: u32 = 0; i < pieces; i++) if (!takeFromMm(bytes)) return giveBackAll();
  piecesAreDisjoint();
  for (let i: u32 = 0; i < pieces; i++) giveBackSized(i, bytes);
  equal(freePages() + keptPages(), freeBefore, "pages free or kept by allocators after the first round");
  equal(initMm().freeNodes, nodesBefore, "free pieces of libmm after the first round");
  const lowest = lowestBase();

  piecesBegin();
  for (let i: u32 = 0; i < pieces; i++) if (!takeFromMm(bytes)) return giveBackAll();
  equal(lowestBase(), lowest, "lowest base of the second round");
  for (let i: u32 = 0; i < pieces; i++) giveBackSized(i, bytes);
  equal(initMm().freeNodes, nodesBefore, "free pieces of libmm after the second round");
  note("2 x %u pieces; afterwards they merge into one free piece", pieces);
}

function t02(): void {
  const base: u64 = 100 * 16 * KIB;
  const freeBefore = freePages();
  piecesBegin();
  if (!takeFromMm(BASE_PAGE_SIZE)) return;
  const cap = lastPiece().cap;
  refusesToFree(mmFree(initMm(), 0, base, 16 * KIB), "mm_free of memory that is not RAM");
  refusesToFree(mmFree(initMm(), cap, base, 16 * KIB), "mm_free of it with the capability of another piece");
  ok(frameIdentify(cap), "the capability of that piece after the refusal");
  giveBackAll();
  equal(freePages(), freeBefore, "free pages");
  note("refused, nothing changed");
}

function t05(): void {
  const rounds: u32 = 300;
  piecesBegin();
  if (!takeFromMm(BASE_PAGE_SIZE)) return;
  const base = lastPiece().base;
  giveBackAll();
  const freeBefore = freePages();
  const slotsBefore = preallocSlots().space;
  for (let i: u32 = 0; i < rounds; i++) {
    piecesBegin();
    if (!takeFromMm(BASE_PAGE_SIZE)) return;
    equal(lastPiece().base, base, "base of the piece in round", i);
    giveBackSized(0, lastPiece().bytes);
    if (!equal(freePages(), freeBefore, "free pages after round", i + 1)) return;
    if (!equal(preallocSlots().space, slotsBefore, "free slots of libmm after round", i + 1)) return;
  }
  note("%u rounds, always the same page", rounds);
}

function t06(): void {
  piecesBegin();
  if (!takeFromMm(BASE_PAGE_SIZE)) return;
  const piece = lastPiece();
  refusesToFree(mmFree(initMm(), piece.cap, 0, 0), "mm_free with base 0 and size 0");
  refusesToFree(mmFree(initMm(), piece.cap, piece.base, 0), "mm_free with size 0");
  ok(frameIdentify(piece.cap), "the capability after the refusal");
  giveBackAll();
  note("refused: base and size must name a piece");
}

function t07(): void {
  piecesBegin();
  takeFromMm(20);
  takeRam(20);
  giveBackAll();
  note("one page each time");
}

function t08(): void {
  piecesBegin();
  takeFrame(100);
  giveBackAll();
  note("4096 bytes");
}

/** Takes twenty pieces of 30 + 500 i bytes and frees them with the requested sizes. Returns whether all succeeded. */
function t10Round(): bool {
  const pieces: u32 = 20;
  piecesBegin();
  for (let i: u32 = 0; i < pieces; i++) {
    if (!takeFromMm(30 + 500 * i, BASE_PAGE_SIZE)) break;
  }
  piecesAreDisjoint();
  for (let i: u32 = 0; i < pieceCount(); i++) giveBackSized(i, 30 + 500 * i);
  return !failed();
}

function t10(): void {
  if (!t10Round()) return;
  const lowest = lowestBase();
  const highest = highestEnd();
  if (!t10Round()) return;
  equal(lowestBase(), lowest, "lowest base of the second round");
  equal(highestEnd(), highest, "highest end of the second round");
  note("2 x 20 pieces, both times in the same %lu KiB", (highest - lowest) / KIB);
}

function t11Round(): void {
  piecesBegin();
  for (let i: u32 = 0; i < 10; i++) if (!takeFromMm(30 + 1000 * i)) return giveBackAll();
  for (let i: u32 = 0; i < 10; i += 2) giveBack(i);
  for (let i: u32 = 0; i < 10; i += 2) if (!takeFromMm(10000 - 1000 * i)) return giveBackAll();
  for (let i: u32 = 10; i < 15; i++) if (!takeFromMm(30 + 500 * i)) return giveBackAll();
  piecesAreDisjoint();
  giveBackAll();
}

function t11(): void {
  const nodesBefore = initMm().freeNodes;
  t11Round();
  t11Round();
  equal(initMm().freeNodes, nodesBefore, "free pieces of libmm");
  note("2 x 20 pieces, up to 15 at a time; free memory merges at the end");
}

function t22(): void {
  const freeBefore = freePages();
  piecesBegin();
  takeFromMm(5120, 4096);
  takeFromMm(13312, 16384);
  takeFromMm(13312, 16384);
  piecesAreDisjoint();
  // The pages skipped for the alignment stay free, so only the pages of the pieces are missing.
  equal(freeBefore - freePages(), 2 + 4 + 4, "pages taken");
  giveBackAll();
  note("bases 0x%08lx, 0x%08lx, 0x%08lx", pieceAt(0).base, pieceAt(1).base, pieceAt(2).base);
}

function t23(): void {
  piecesBegin();
  takeFromMm(BASE_PAGE_SIZE, 0);
  takeFromMm(BASE_PAGE_SIZE, 1);
  takeFromMm(BASE_PAGE_SIZE, 512);
  giveBackAll();
  note("page-aligned; the same for alignments 1 and 512");
}

function t37(): void {
  const rounds: u32 = 10000;
  const freeBefore = freePages();
  const mmSlots = preallocSlots().space;
  const slots = usedDefaultSlots();
  const blocks = initMm().slabs.free;
  for (let i: u32 = 0; i < rounds; i++) {
    piecesBegin();
    const taken = (i & 1) == 0 ? takeRam(4096 << (i & 3)) : takeFrame(4096 << (i & 3));
    giveBackAll();
    if (!taken || failed()) return;
  }
  equal(freePages(), freeBefore, "free pages");
  equal(preallocSlots().space, mmSlots, "free slots of libmm");
  equal(usedDefaultSlots(), slots, "slots in use");
  equal(initMm().slabs.free, blocks, "free slab blocks of libmm");
  note("%u rounds; no allocator grows", rounds);
}

export function registerAllocation(): void {
  add("T01", "62 pieces of 16 KiB, freed and allocated again", t01, ScenarioFlag.REPEATABLE);
  add("T02", "free of memory that was never allocated", t02, ScenarioFlag.REPEATABLE);
  add("T05", "one page allocated and freed, 300 times", t05, ScenarioFlag.REPEATABLE);
  add("T06", "free with base 0 and size 0", t06, ScenarioFlag.REPEATABLE);
  add("T07", "a request for 20 bytes gets a page", t07, ScenarioFlag.REPEATABLE);
  add("T08", "a request for a frame of 100 bytes gets a page", t08, ScenarioFlag.REPEATABLE);
  add("T10", "20 sizes, freed with the sizes requested, twice", t10, ScenarioFlag.REPEATABLE);
  add("T11", "every second piece freed, the gaps filled, twice", t11, ScenarioFlag.REPEATABLE);
  add("T22", "the base of a piece has the alignment requested", t22, ScenarioFlag.REPEATABLE);
  add("T23", "alignment 0 means page alignment", t23, ScenarioFlag.REPEATABLE);
  add("T37", "allocate and free, 10,000 times", t37);
}
