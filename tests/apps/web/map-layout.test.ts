/** Where pages are on the map of memory, and what the camera shows. */
import { expect, it } from "vitest";
import {
  boxOf,
  gridFor,
  labelledRows,
  pageAt,
  pagesInSight,
  showing,
  wholeView,
  within,
  zoomed,
} from "../../../apps/web/views/memory/layout";
import { fc } from "../../support/property";

const boxes = fc.record({ width: fc.integer({ min: 200, max: 2500 }), height: fc.integer({ min: 100, max: 1500 }) });
const boards = fc.constantFrom(4096, 16384, 65536, 262144);

it("all pages together fill the picture, and a row begins at a round address", () => {
  fc.assert(
    fc.property(boxes, boards, (box, pages) => {
      const grid = gridFor(pages, box);
      const camera = wholeView(grid, box);
      expect(Number.isInteger(Math.log2(grid.columns))).toBe(true);
      const last = boxOf(camera, grid, pages - 1);
      expect(last.x + last.width).toBeCloseTo(box.width, 6);
      expect(last.y + last.height).toBeCloseTo(box.height, 6);
    }),
  );
});

it("the page at the middle of a page's box is that page", () => {
  fc.assert(
    fc.property(boxes, boards, fc.double({ min: 0, max: 0.999, noNaN: true }), (box, pages, at) => {
      const grid = gridFor(pages, box);
      const page = Math.floor(at * pages);
      const { x, y, width, height } = boxOf(wholeView(grid, box), grid, page);
      expect(pageAt(wholeView(grid, box), grid, x + width / 2, y + height / 2)).toBe(page);
    }),
  );
});

it("what is under the pointer stays there while one zooms in and out", () => {
  const box = { width: 800, height: 600 };
  const grid = gridFor(16384, box);
  const start = within({ scale: 40, x: 20, y: 30 }, grid, box);
  const before = pageAt(start, grid, 333, 222);
  const near = zoomed(start, 3, 333, 222, grid, box);
  expect(pageAt(near, grid, 333, 222)).toBe(before);
  expect(near.scale).toBeCloseTo(120);
  expect(zoomed(near, 1 / 1000, 0, 0, grid, box)).toEqual(wholeView(grid, box));
});

it("a page that is not in sight comes into sight", () => {
  const box = { width: 800, height: 600 };
  const grid = gridFor(16384, box);
  const near = within({ scale: 300, x: 0, y: 0 }, grid, box);
  expect(showing(near, 0, grid, box)).toBe(near);
  const moved = showing(near, 9000, grid, box);
  expect(pagesInSight(moved, grid, box, 100)).toContain(9000);
});

it("labels of rows do not touch each other", () => {
  const box = { width: 800, height: 600 };
  const grid = gridFor(262144, box);
  const labels = labelledRows(wholeView(grid, box), grid, box);
  expect(labels.length).toBeGreaterThan(10);
  const gaps = labels.slice(1).map(({ y }, index) => y - (labels[index]?.y as number));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(22);
});
