/** Scenarios with a separate, small memory manager. They can check each of its pages. */
import { MM_ERR_NOT_FOUND, SYS_ERR_CAP_NOT_FOUND } from "../../kpi/errno";
import { errIsFail, errNo } from "../../kpi/errval";
import { BASE_PAGE_BITS, BASE_PAGE_SIZE } from "../../kpi/types";
import { capDestroy } from "../../libaos/cap-destroy";
import { frameIdentify } from "../../libaos/frame";
import { Out } from "../../libaos/out";
import { mmAlloc, mmAllocAligned } from "../../libmm/alloc";
import { mmFree } from "../../libmm/free";
import { mmCheckInvariants } from "../../libmm/invariants";
import { mmDestroy } from "../../libmm/mm";
import { equal, failed, fails, holds, note, ok } from "./check";
import { add, ScenarioFlag } from "./list";
import {
  MODEL_PAGES,
  modelClear,
  modelFree,
  modelGive,
  modelHasRoom,
  modelTake,
  PART_PAGES,
  PARTS,
} from "./page-model";
import { lastPiece, pieceAt, pieceCount, pieceDrop, pieceEnter, piecesBegin, shufflePieces } from "./pieces";
import { randomBegin, randomBelow } from "./random";
import {
  SMALL_MM_NODES,
  smallAddPart,
  smallMm,
  smallMmBegin,
  smallMmEnd,
  smallPartBase,
  smallPartCap,
} from "./small-mm";

const PART_BYTES: u64 = 256 * 4096;
if (PART_BYTES != u64(PART_PAGES) * BASE_PAGE_SIZE) ERROR("manager: parts of a MiB");

/** Takes a piece from the small manager. */
function takeSmall(bytes: u64): bool {
  return ok(mmAlloc(smallMm(), bytes), "mm_alloc", pieceCount() + 1) && pieceEnter(Out.cap);
}

/** Frees a piece of the small manager. */
function giveSmall(index: u32): bool {
  const piece = pieceAt(index);
  const cap = piece.cap;
  piece.cap = 0;
  return ok(mmFree(smallMm(), cap, piece.base, piece.bytes), "mm_free", index + 1);
}

function giveAllSmall(): void {
  for (let i: u32 = 0; i < pieceCount(); i++) if (pieceAt(i).isHeld) giveSmall(i);
}

/** Starts a manager with all four parts as regions. */
function beginWhole(): bool {
  if (!smallMmBegin(PART_PAGES, SMALL_MM_NODES)) return false;
  for (let i: u32 = 0; i < PARTS; i++) if (!smallAddPart(i)) return false;
  piecesBegin();
  return true;
}

/** Frees all pieces and ends the manager, whose regions must then be whole again. */
function endWhole(regions: u32): void {
  giveAllSmall();
  if (!failed()) {
    equal(smallMm().freeNodes, regions, "free pieces, one for each region");
    equal(mmCheckInvariants(smallMm()), 0, "number of the broken invariant (0: none)");
  }
  mmDestroy(smallMm());
  smallMmEnd();
}

function t24(): void {
  if (beginWhole()) {
    for (let i: u32 = 0; i < 10; i++) takeSmall(i * 3000 + 1);
    for (let i: u32 = 0; i < 10; i += 2) giveSmall(i);
    const region = smallPartCap(0);
    mmDestroy(smallMm());
    equal(smallMm().slabs.free, SMALL_MM_NODES, "free nodes after mm_destroy");
    fails(frameIdentify(region), SYS_ERR_CAP_NOT_FOUND, "the region's capability after mm_destroy");
    fails(mmAlloc(smallMm(), BASE_PAGE_SIZE), MM_ERR_NOT_FOUND, "mm_alloc after mm_destroy");
    for (let i: u32 = 1; i < 10; i += 2) {
      ok(frameIdentify(pieceAt(i).cap), "the capability of a piece after mm_destroy", i + 1);
      ok(capDestroy(pieceAt(i).cap), "destroy that capability", i + 1);
    }
  }
  smallMmEnd();
  note("5 pieces outlive the manager; it returns all nodes");
}

/** One step of T33: takes a piece of random size and alignment, or checks that no such piece is free. */
function takeRandom(): bool {
  const pages = 1 + randomBelow(1 << randomBelow(7));
  const alignment: u32 = 1 << randomBelow(5);
  const err = mmAllocAligned(
    smallMm(),
    u64(pages) * BASE_PAGE_SIZE - randomBelow(BASE_PAGE_SIZE),
    u64(alignment) * BASE_PAGE_SIZE,
  );
  if (errNo(err) == MM_ERR_NOT_FOUND)
    return holds(!modelHasRoom(pages, alignment), "the model has no room for it, either");
  if (!ok(err, "mm_alloc") || !pieceEnter(Out.cap)) return false;
  const piece = lastPiece();
  return (
    equal(piece.bytes, u64(pages) * BASE_PAGE_SIZE, "size of the piece") &&
    equal((piece.base >> BASE_PAGE_BITS) % alignment, 0, "remainder of the base by the alignment") &&
    holds(modelTake(piece.base, pages), "in the model the pages are free and in one region")
  );
}

/** One step of T33: frees a random piece. */
function giveRandom(): bool {
  const index = randomBelow(pieceCount());
  const piece = pieceAt(index);
  const pages = u32(piece.bytes >> BASE_PAGE_BITS);
  if (!holds(modelGive(piece.base, pages), "in the model the pages are taken") || !giveSmall(index)) return false;
  pieceDrop(index);
  return true;
}

function t33(): void {
  const steps: u32 = 6000;
  const seed = randomBegin(20161007);
  modelClear();
  if (beginWhole()) {
    for (let step: u32 = 0; step < steps && !failed(); step++) {
      // For some time there are more allocations than frees, and then more frees than allocations.
      const filling = (step >>> 9) & 1 ? 40 : 65;
      const take = pieceCount() == 0 || (pieceCount() < 400 && randomBelow(100) < u32(filling));
      if (!(take ? takeRandom() : giveRandom())) break;
      if (step % 64 != 0) continue;
      equal(smallMm().freePages, modelFree(), "free pages, compared with the model, at step", step);
      equal(mmCheckInvariants(smallMm()), 0, "number of the broken invariant (0: none) at step", step);
    }
  }
  endWhole(PARTS);
  note("%u steps on %u pages, seed %u", steps, MODEL_PAGES, seed);
}

/** Takes each page of part 0, frees them in some order, and then takes the whole part. */
function fillAndFree(shuffled: bool, first: u32, step: i32): void {
  piecesBegin();
  for (let i: u32 = 0; i < PART_PAGES; i++) if (!takeSmall(BASE_PAGE_SIZE)) return;
  fails(mmAlloc(smallMm(), BASE_PAGE_SIZE), MM_ERR_NOT_FOUND, "mm_alloc of a page when all are taken");
  if (shuffled) shufflePieces();
  for (let i = i32(first); i >= 0 && i < i32(PART_PAGES); i += step) giveSmall(u32(i));
  giveAllSmall();
  equal(smallMm().freeNodes, 1, "free pieces");
  if (takeSmall(PART_BYTES)) giveSmall(PART_PAGES);
}

function t34(): void {
  const seed = randomBegin(4711);
  if (smallMmBegin(PART_PAGES, SMALL_MM_NODES) && smallAddPart(0)) {
    fillAndFree(false, 0, 1);
    if (!failed()) fillAndFree(false, PART_PAGES - 1, -1);
    if (!failed()) fillAndFree(false, 0, 2);
    if (!failed()) fillAndFree(true, 0, 1);
  }
  endWhole(1);
  note("4 orders of %u pages, seed %u; each time they merge into one piece", PART_PAGES, seed);
}

/** Regions 0 and 1 are adjacent, 3 is separate, and 2 is not added. */
function isInOneRegion(base: u64, bytes: u64): bool {
  const part = u32((base - smallPartBase(0)) / PART_BYTES);
  return part < PARTS && part != 2 && base + bytes <= smallPartBase(part) + PART_BYTES;
}

function t35(): void {
  const sizes: u64 = 5 * BASE_PAGE_SIZE;
  if (smallMmBegin(PART_PAGES, SMALL_MM_NODES) && smallAddPart(3) && smallAddPart(0) && smallAddPart(1)) {
    piecesBegin();
    fails(
      mmAlloc(smallMm(), PART_BYTES + BASE_PAGE_SIZE),
      MM_ERR_NOT_FOUND,
      "mm_alloc of more than one region, across a boundary",
    );
    while (!failed()) {
      const err = mmAlloc(smallMm(), sizes);
      if (errIsFail(err)) {
        fails(err, MM_ERR_NOT_FOUND, "mm_alloc when no memory is left");
        break;
      }
      if (pieceEnter(Out.cap))
        holds(isInOneRegion(lastPiece().base, lastPiece().bytes), "the piece lies in one region", pieceCount());
    }
    equal(pieceCount(), 3 * (PART_PAGES / 5), "number of pieces of five pages");
    note("%u pieces in 3 regions, none across a boundary", pieceCount());
    giveAllSmall();
    piecesBegin();
    for (let i = 0; i < 3; i++) takeSmall(PART_BYTES);
  }
  endWhole(3);
}

export function registerManager(): void {
  add("T33", "random sizes in random order, compared with a model", t33, ScenarioFlag.REPEATABLE);
  add("T34", "frees upwards, downwards, alternating, at random", t34, ScenarioFlag.REPEATABLE);
  add("T35", "three regions, two of them adjacent", t35, ScenarioFlag.REPEATABLE);
  add("T24", "a memory manager is destroyed while pieces are in use", t24, ScenarioFlag.REPEATABLE);
}
