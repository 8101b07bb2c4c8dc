/** The policy best fit: the smallest piece that fits, and the lowest of several. */
import { beforeEach, expect, it } from "vitest";
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
  const bytes = library.get("slabStaticSize", 400, BLOCK_BYTES);
  library.ok("smallMm", mm, library.room(bytes), bytes, MmPolicy.BEST_FIT);
  library.kernel.place(rootSlotAddress(RootSlot.SUPERCN) + SLOT, { type: ObjType.RAM, base: BASE, bytes: 16 * MIB });
  cap = library.big("capref", library.big("cnodeInRootSlot", RootSlot.SUPERCN), SLOT);
});

/** Adds a region, by pages from BASE on. Regions that do not touch are separate free pieces. */
function addPages(page: number, pages: number): void {
  library.ok("mmAdd", mm, cap, BigInt(BASE + page * PAGE), BigInt(pages * PAGE));
}

function allocate(name: "alloc" | "allocHigh", pages: number): { cap: bigint; page: number } {
  const piece = library.cap(name, mm, BigInt(pages * PAGE), BigInt(PAGE));
  expect(library.get("mmCheckInvariants", mm)).toBe(0);
  return { cap: piece, page: (library.range(piece).base - BASE) / PAGE };
}

it("the smallest piece that fits is chosen, and the lowest of several", () => {
  addPages(0, 9);
  addPages(100, 7);
  addPages(200, 6);
  addPages(300, 7);
  expect([7, 7, 7].map((pages) => allocate("alloc", pages).page)).toEqual([100, 300, 0]);
});

it.each([
  [63, "placed in the hole among long-lived memory", 194],
  [64, "placed below it", 192],
])("with %i smaller pieces elsewhere, long-lived memory is %s", (others, _where, expected) => {
  const PAGES = 200;
  const HOLE = 6;
  addPages(0, PAGES);
  const first = allocate("allocHigh", HOLE);
  expect(first.page).toBe(PAGES - HOLE);
  expect(allocate("allocHigh", 1).page).toBe(PAGES - HOLE - 1);
  library.ok("mmFree", mm, first.cap, BigInt(BASE + first.page * PAGE), BigInt(HOLE * PAGE));
  for (let i = 0; i < others; i++) addPages(1000 + 2 * i, 1);
  expect(allocate("allocHigh", 1).page).toBe(others === 63 ? expected + HOLE - 1 : expected);
});
