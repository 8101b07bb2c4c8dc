/** The policy buddy: powers of two are placed on blocks, which are aligned to their size. */
import { beforeEach, expect, it } from "vitest";
import { MmPolicy } from "../../../../system/libmm/layout/mm-layout";
import { PolicyArea } from "../fixtures/policy-area";

let area: PolicyArea;
beforeEach(async () => {
  area = await PolicyArea.start(MmPolicy.BUDDY);
});

it("a power of two is placed on a block, although the newest piece has its size", () => {
  area.add(8, 4);
  area.add(1, 4);
  expect(area.take(4)).toBe(8);
});

it("the smallest block that is large enough is chosen", () => {
  area.add(16, 8);
  area.add(8, 4);
  expect(area.take(4)).toBe(8);
});

it("a larger block is split if no other is free", () => {
  area.add(8, 4);
  area.add(16, 8);
  expect([area.take(4), area.take(4), area.take(4)]).toEqual([8, 16, 20]);
});

it("a piece that has no block of the size serves the request if nothing else does", () => {
  area.add(1, 4);
  expect(area.take(4)).toBe(1);
});

it("a block in the middle of a piece is found", () => {
  area.add(3, 6);
  expect(area.take(4)).toBe(4);
});
