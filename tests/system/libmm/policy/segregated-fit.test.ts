/** The default policy, segregated fit: free pieces are in bins by size, and a search starts at the bin of the request. */
import { beforeEach, describe, expect, it } from "vitest";
import { type Library, MIB, PAGE } from "../../../../evidence/harness/libraries/library";
import { RootSlot, rootSlotAddress } from "../../../../system/kpi/cspace";
import { ObjType } from "../../../../system/kpi/object-types";
import { MmPolicy } from "../../../../system/libmm/layout/mm-layout";
import { type StandInKernel, startOnStandIn } from "../fixtures/stand-in-kernel";

const BASE = 0x90000000;
const BLOCK_BYTES = 32;
const SLOT = 10;

let library: Library<StandInKernel>;
let mm: number;
let cap: bigint;

beforeEach(async () => {
  library = await startOnStandIn();
  mm = library.room(library.get("sizeOfMm"));
  const bytes = library.get("slabStaticSize", 100, BLOCK_BYTES);
  library.ok("smallMm", mm, library.room(bytes), bytes, MmPolicy.SEGREGATED_FIT);
  library.kernel.place(rootSlotAddress(RootSlot.SUPERCN) + SLOT, { type: ObjType.RAM, base: BASE, bytes: 16 * MIB });
  cap = library.big("capref", library.big("cnodeInRootSlot", RootSlot.SUPERCN), SLOT);
});

/** Adds a region, by pages from BASE on. Regions that do not touch are separate free pieces. */
function addPages(page: number, pages: number): void {
  library.ok("mmAdd", mm, cap, BigInt(BASE + page * PAGE), BigInt(pages * PAGE));
}

interface Piece {
  cap: bigint;
  /** Counted from BASE. */
  page: number;
}

function allocate(name: "alloc" | "allocHigh", pages: number): Piece {
  const piece = library.cap(name, mm, BigInt(pages * PAGE), BigInt(PAGE));
  expect(library.get("mmCheckInvariants", mm)).toBe(0);
  return { cap: piece, page: (library.range(piece).base - BASE) / PAGE };
}

const take = (pages: number) => allocate("alloc", pages).page;
const takeHigh = (pages: number) => allocate("allocHigh", pages);

function giveBack({ cap: piece, page }: Piece, pages: number): void {
  library.ok("mmFree", mm, piece, BigInt(BASE + page * PAGE), BigInt(pages * PAGE));
  expect(library.get("mmCheckInvariants", mm)).toBe(0);
}

describe("of the pieces that fit,", () => {
  it("up to 63 pages, the smallest is chosen, although a larger one is newer", () => {
    addPages(0, 21);
    addPages(100, 20);
    addPages(200, 22);
    expect(take(19)).toBe(100);
  });

  it("above 63 pages, one of the smallest eighth of a power of two is chosen, although a larger one is newer", () => {
    addPages(0, 127);
    addPages(200, 72);
    addPages(400, 120);
    expect(take(65)).toBe(200);
  });

  it("the first eight of a bin are tried before larger bins", () => {
    // The bin holds the sizes 64 to 71. Only its oldest piece fits, and the newest is tried first.
    addPages(0, 71);
    for (let i = 1; i <= 7; i++) addPages(100 * i, 64);
    addPages(2000, 100);
    expect(take(70)).toBe(0);
  });

  it("the ninth of a bin is left if a larger bin has a piece, and is found if no larger bin has one", () => {
    addPages(0, 71);
    for (let i = 1; i <= 8; i++) addPages(100 * i, 64);
    addPages(2000, 100);
    expect(take(70)).toBe(2000);
    expect(take(70)).toBe(0);
  });
});

describe("long-lived memory", () => {
  const PAGES = 200;
  const HOLE = 6;

  /** Makes a hole of `pages` pages among long-lived memory at the end of the region. */
  function hole(pages: number): number {
    const first = takeHigh(pages);
    takeHigh(1);
    giveBack(first, pages);
    return first.page;
  }

  it("leaves holes that other allocations do not use while other memory is free", () => {
    addPages(0, PAGES);
    const page = hole(HOLE);
    expect(take(HOLE)).toBe(0);
    expect(take(page - 1 - HOLE)).toBe(HOLE);
    expect(take(HOLE)).toBe(page);
  });

  it("is placed in such a hole", () => {
    addPages(0, PAGES);
    const page = hole(HOLE);
    expect(takeHigh(HOLE).page).toBe(page);
  });

  it("is placed below the rest if the hole is in none of the first four bins that have pieces", () => {
    for (const pages of [1, 2, 3]) addPages(1000 + 10 * pages, pages);
    addPages(0, PAGES);
    const page = hole(HOLE);
    expect(takeHigh(1).page).toBe(page + HOLE - 1);
    addPages(1000 + 10 * 4, 4);
    expect(takeHigh(1).page).toBe(page - 2);
  });
});
