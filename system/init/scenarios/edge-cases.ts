/** T36: the errors of libmm for every kind of request that it refuses or cannot serve. */
import {
  LIB_ERR_RAM_ALLOC_WRONG_SIZE,
  MM_ERR_ALREADY_PRESENT,
  MM_ERR_NEW_NODE,
  MM_ERR_NOT_FOUND,
  MM_ERR_OUT_OF_BOUNDS,
  SYS_ERR_CAP_NOT_FOUND,
} from "../../kpi/errno";
import { errIsFail } from "../../kpi/errval";
import { ObjType } from "../../kpi/object-types";
import { BASE_PAGE_SIZE } from "../../kpi/types";
import { capDestroy } from "../../libaos/cap-destroy";
import { capDelete, capRetype } from "../../libaos/capabilities";
import { frameIdentify } from "../../libaos/frame";
import { Out } from "../../libaos/out";
import { slotAlloc } from "../../libaos/slot/default";
import { slotFree } from "../../libaos/slot/root";
import { mmAlloc, mmAllocAligned } from "../../libmm/alloc";
import { mmFree } from "../../libmm/free";
import { mmCheckInvariants } from "../../libmm/invariants";
import { mmAdd, mmDestroy } from "../../libmm/mm";
import { freePages, initMm, preallocSlots } from "./accounts";
import { refusesToFree } from "./allocation";
import { equal, failed, fails, holds, note, ok } from "./check";
import { add, ScenarioFlag } from "./list";
import { giveBackAll, lastPiece, pieceAt, piecesBegin, takeFromMm } from "./pieces";
import { smallAddPart, smallMm, smallMmBegin, smallMmEnd, smallMmInit, smallPartBase, smallPartCap } from "./small-mm";

const PART_PAGES: u32 = 64;
const PART_BYTES: u64 = 64 * BASE_PAGE_SIZE;

/** Checks that wrong regions are refused. */
function addRefused(): void {
  const mm = smallMm();
  const cap = smallPartCap(0);
  const base = smallPartBase(0);
  fails(mmAdd(mm, cap, base, 0), MM_ERR_OUT_OF_BOUNDS, "mm_add of nothing");
  fails(mmAdd(mm, cap, base + 100, 4000), MM_ERR_OUT_OF_BOUNDS, "mm_add without a whole page");
  fails(mmAdd(mm, cap, U64.MAX_VALUE - 4095, 8192), MM_ERR_OUT_OF_BOUNDS, "mm_add past the end of 64 bits");
  fails(
    mmAdd(mm, cap, base + PART_BYTES, BASE_PAGE_SIZE),
    MM_ERR_OUT_OF_BOUNDS,
    "mm_add past the end of the capability",
  );
  fails(mmAdd(mm, cap, base, 2 * PART_BYTES), MM_ERR_OUT_OF_BOUNDS, "mm_add of more than the capability");
  holds(errIsFail(mmAdd(mm, 0, base, PART_BYTES)), "mm_add refuses a region without a capability");
  equal(mm.totalPages, 0, "pages that the manager has");

  // Partial pages at either end are left out.
  ok(mmAdd(mm, cap, base + 1, PART_BYTES - 2), "mm_add of a range that is not aligned");
  equal(mm.totalPages, PART_PAGES - 2, "pages of the region");
  fails(mmAdd(mm, cap, base, PART_BYTES), MM_ERR_ALREADY_PRESENT, "mm_add of a part a second time");
  equal(mmCheckInvariants(mm), 0, "number of the broken invariant (0: none)");
}

/** Checks that a manager without free nodes returns an error and loses nothing. */
function nodesExhausted(): void {
  const mm = smallMm();
  if (!smallMmInit(3)) return;
  if (!smallAddPart(1)) return;
  ok(mmAlloc(mm, BASE_PAGE_SIZE), "a page at the edge of the region, with the last node");
  const page = Out.cap;
  fails(mmAlloc(mm, BASE_PAGE_SIZE), MM_ERR_NEW_NODE, "a page when no node is left");
  fails(mmAdd(mm, smallPartCap(2), smallPartBase(2), PART_BYTES), MM_ERR_NEW_NODE, "mm_add when no node is left");
  ok(mmFree(mm, page, smallPartBase(1), BASE_PAGE_SIZE), "mm_free when no node is left");
  ok(mmAlloc(mm, PART_BYTES), "mm_alloc of the whole region, which needs no node");
  ok(mmFree(mm, Out.cap, smallPartBase(1), PART_BYTES), "mm_free of the whole region");
  equal(mmCheckInvariants(mm), 0, "number of the broken invariant (0: none)");
}

/** Checks that sizes and alignments that no memory can satisfy are refused. */
function allocRefused(): void {
  const mm = initMm();
  const freeBefore = freePages();
  const slots = preallocSlots().space;
  fails(mmAlloc(mm, 0), LIB_ERR_RAM_ALLOC_WRONG_SIZE, "mm_alloc of nothing");
  fails(
    mmAlloc(mm, (u64(mm.totalPages) + 1) * BASE_PAGE_SIZE),
    MM_ERR_NOT_FOUND,
    "mm_alloc of more memory than there is",
  );
  fails(mmAlloc(mm, U64.MAX_VALUE), MM_ERR_NOT_FOUND, "mm_alloc of 2^64 - 1 bytes");
  fails(mmAlloc(mm, u64(1) << 44), MM_ERR_NOT_FOUND, "mm_alloc of 2^32 pages");
  fails(
    mmAllocAligned(mm, BASE_PAGE_SIZE, u64(1) << 40),
    MM_ERR_NOT_FOUND,
    "mm_alloc with an alignment larger than all memory",
  );
  fails(mmAllocAligned(mm, BASE_PAGE_SIZE, u64(1) << 63), MM_ERR_NOT_FOUND, "mm_alloc with an alignment of 2^63");
  equal(freePages(), freeBefore, "free pages");
  equal(preallocSlots().space, slots, "free slots of libmm");
}

/** Checks that alignments which are not powers of two are kept, and that those below a page count as one page. */
function oddAlignments(): void {
  piecesBegin();
  takeFromMm(BASE_PAGE_SIZE, 3 * BASE_PAGE_SIZE);
  takeFromMm(BASE_PAGE_SIZE, 5000);
  takeFromMm(BASE_PAGE_SIZE, 3);
  equal(pieceAt(1).base % 5000, 0, "base modulo 5000");
  giveBackAll();
}

/** Checks that a free is refused if it does not name a piece that was handed out. */
function freeRefused(): void {
  const mm = initMm();
  piecesBegin();
  if (!takeFromMm(4 * BASE_PAGE_SIZE) || !takeFromMm(4 * BASE_PAGE_SIZE)) return giveBackAll();
  const piece = pieceAt(0);
  const cap = piece.cap;
  const base = piece.base;
  const freeBefore = freePages();
  refusesToFree(mmFree(mm, cap, base + BASE_PAGE_SIZE, BASE_PAGE_SIZE), "mm_free from the middle of a piece");
  refusesToFree(mmFree(mm, cap, base, BASE_PAGE_SIZE), "mm_free of a part of a piece");
  refusesToFree(mmFree(mm, cap, base, 8 * BASE_PAGE_SIZE), "mm_free of two pieces at once");
  refusesToFree(mmFree(mm, cap, base + 1, 4 * BASE_PAGE_SIZE), "mm_free with a base that is not aligned");
  refusesToFree(mmFree(mm, pieceAt(1).cap, base, 4 * BASE_PAGE_SIZE), "mm_free with the capability of another piece");
  ok(frameIdentify(cap), "the capability after the refusal");
  equal(freePages(), freeBefore, "free pages");
  ok(mmFree(mm, cap, base, 4 * BASE_PAGE_SIZE - 4000), "mm_free with a size that rounds up to the piece");
  piece.cap = 0;
  refusesToFree(mmFree(mm, cap, base, 4 * BASE_PAGE_SIZE), "mm_free a second time");
  giveBackAll();
}

/** Checks frees of memory whose capability has changed since it was handed out. */
function freeOfWhatItBecame(): void {
  const mm = initMm();
  piecesBegin();
  if (!takeFromMm(BASE_PAGE_SIZE) || !takeFromMm(BASE_PAGE_SIZE) || !takeFromMm(BASE_PAGE_SIZE)) return giveBackAll();

  // The RAM capability was destroyed; base and size are enough for a free.
  const first = pieceAt(0);
  ok(capDestroy(first.cap), "destroy the RAM capability");
  first.cap = 0;
  ok(mmFree(mm, 0, first.base, BASE_PAGE_SIZE), "mm_free without a capability");

  // The RAM was retyped to a frame, and the frame is handed back.
  const second = pieceAt(1);
  if (!ok(slotAlloc(), "slot")) return giveBackAll();
  const frame = Out.cap;
  ok(capRetype(frame, second.cap, 0, ObjType.Frame, BASE_PAGE_SIZE, 1), "retype to a frame");
  ok(capDestroy(second.cap), "destroy the RAM capability");
  second.cap = 0;
  ok(mmFree(mm, frame, second.base, BASE_PAGE_SIZE), "mm_free with the capability of the frame");

  // The RAM was retyped to a frame that still exists; the free deletes the frame, too.
  const third = pieceAt(2);
  if (!ok(slotAlloc(), "slot")) return giveBackAll();
  const child = Out.cap;
  ok(capRetype(child, third.cap, 0, ObjType.Frame, BASE_PAGE_SIZE, 1), "retype to a frame");
  ok(mmFree(mm, third.cap, third.base, BASE_PAGE_SIZE), "mm_free while a frame of the piece exists");
  third.cap = 0;
  fails(capDelete(child), SYS_ERR_CAP_NOT_FOUND, "delete of the frame, which mm_free has deleted");
  ok(slotFree(child), "free the slot of the frame");

  takeFromMm(BASE_PAGE_SIZE);
  equal(lastPiece().base, min(first.base, min(second.base, third.base)), "base of the next piece: the freed memory");
  giveBackAll();
}

function t36(): void {
  if (smallMmBegin(PART_PAGES, 64)) {
    addRefused();
    if (!failed()) nodesExhausted();
    mmDestroy(smallMm());
  }
  smallMmEnd();
  allocRefused();
  oddAlignments();
  freeRefused();
  freeOfWhatItBecame();
  note("each gets its own error and changes nothing");
}

export function registerEdgeCases(): void {
  add("T36", "wrong sizes; repeated, partial and foreign frees", t36, ScenarioFlag.REPEATABLE);
}
