/** The policy buddy: powers of two are placed on blocks, which are aligned to their size. */
import { beforeEach, expect, it } from "vitest";
import { type Library, MIB, PAGE } from "../../../../evidence/harness/libraries/library";
import { RootSlot, rootSlotAddress } from "../../../../system/kpi/cspace";
import { ObjType } from "../../../../system/kpi/object-types";
import { MmPolicy } from "../../../../system/libmm/layout/mm-layout";
import { type StandInKernel, startOnStandIn } from "../fixtures/stand-in-kernel";

/** Aligned to the largest block of these tests. */
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
  library.ok("smallMm", mm, library.room(bytes), bytes, MmPolicy.BUDDY);
  library.kernel.place(rootSlotAddress(RootSlot.SUPERCN) + SLOT, { type: ObjType.RAM, base: BASE, bytes: MIB });
  cap = library.big("capref", library.big("cnodeInRootSlot", RootSlot.SUPERCN), SLOT);
});

/** Adds a region, by pages from BASE on. Regions that do not touch are separate free pieces. */
function addPages(page: number, pages: number): void {
  library.ok("mmAdd", mm, cap, BigInt(BASE + page * PAGE), BigInt(pages * PAGE));
}

/** The page, counted from BASE, at which an allocation is placed. */
function take(pages: number): number {
  const piece = library.cap("alloc", mm, BigInt(pages * PAGE), BigInt(PAGE));
  expect(library.get("mmCheckInvariants", mm)).toBe(0);
  return (library.range(piece).base - BASE) / PAGE;
}

it("a power of two is placed on a block, although the newest piece has its size", () => {
  addPages(8, 4);
  addPages(1, 4);
  expect(take(4)).toBe(8);
});

it("the smallest block that is large enough is chosen", () => {
  addPages(16, 8);
  addPages(8, 4);
  expect(take(4)).toBe(8);
});

it("a larger block is split if no other is free", () => {
  addPages(8, 4);
  addPages(16, 8);
  expect([take(4), take(4), take(4)]).toEqual([8, 16, 20]);
});

it("a piece that has no block of the size serves the request if nothing else does", () => {
  addPages(1, 4);
  expect(take(4)).toBe(1);
});

it("a block in the middle of a piece is found", () => {
  addPages(3, 6);
  expect(take(4)).toBe(4);
});
