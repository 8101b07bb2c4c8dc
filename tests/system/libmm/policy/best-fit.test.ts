/** The policy best fit: the smallest piece that fits, and the lowest of several. */
import { beforeEach, expect, it } from "vitest";
import { MmPolicy } from "../../../../system/libmm/layout/mm-layout";
import { PolicyArea } from "../fixtures/policy-area";

let area: PolicyArea;
beforeEach(async () => {
  area = await PolicyArea.start(MmPolicy.BEST_FIT);
});

it("the smallest piece that fits is chosen, and the lowest of several", () => {
  area.add(0, 9);
  area.add(100, 7);
  area.add(200, 6);
  area.add(300, 7);
  expect([7, 7, 7].map((pages) => area.take(pages))).toEqual([100, 300, 0]);
});

it.each([
  [63, "placed in the hole among long-lived memory", 194],
  [64, "placed below it", 192],
])("with %i smaller pieces elsewhere, long-lived memory is %s", (others, _where, expected) => {
  const PAGES = 200;
  const HOLE = 6;
  area.add(0, PAGES);
  const first = area.takeHigh(HOLE);
  expect(first.page).toBe(PAGES - HOLE);
  expect(area.takeHigh(1).page).toBe(PAGES - HOLE - 1);
  area.giveBack(first, HOLE);
  for (let i = 0; i < others; i++) area.add(1000 + 2 * i, 1);
  expect(area.takeHigh(1).page).toBe(others === 63 ? expected + HOLE - 1 : expected);
});
