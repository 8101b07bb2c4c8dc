/** The default policy, segregated fit: free pieces are in bins by size, and a search starts at the bin of the request. */
import { beforeEach, describe, expect, it } from "vitest";
import { MmPolicy } from "../../../../system/libmm/layout/mm-layout";
import { PolicyArea } from "../fixtures/policy-area";

let area: PolicyArea;
beforeEach(async () => {
  area = await PolicyArea.start(MmPolicy.SEGREGATED_FIT);
});

describe("of the pieces that fit,", () => {
  it("up to 63 pages, the smallest is chosen, although a larger one is newer", () => {
    area.add(0, 21);
    area.add(100, 20);
    area.add(200, 22);
    expect(area.take(19)).toBe(100);
  });

  it("above 63 pages, one of the smallest eighth of a power of two is chosen, although a larger one is newer", () => {
    area.add(0, 127);
    area.add(200, 72);
    area.add(400, 120);
    expect(area.take(65)).toBe(200);
  });

  it("the first eight of a bin are tried before larger bins", () => {
    // The bin holds the sizes 64 to 71. Only its oldest piece fits, and the newest is tried first.
    area.add(0, 71);
    for (let i = 1; i <= 7; i++) area.add(100 * i, 64);
    area.add(2000, 100);
    expect(area.take(70)).toBe(0);
  });

  it("the ninth of a bin is left if a larger bin has a piece, and is found if no larger bin has one", () => {
    area.add(0, 71);
    for (let i = 1; i <= 8; i++) area.add(100 * i, 64);
    area.add(2000, 100);
    expect(area.take(70)).toBe(2000);
    expect(area.take(70)).toBe(0);
  });
});

describe("long-lived memory", () => {
  const PAGES = 200;
  const HOLE = 6;

  /** Makes a hole of `pages` pages among long-lived memory at the end of the region. */
  function hole(pages: number): number {
    const first = area.takeHigh(pages);
    area.takeHigh(1);
    area.giveBack(first, pages);
    return first.page;
  }

  it("leaves holes that other allocations do not use while other memory is free", () => {
    area.add(0, PAGES);
    const page = hole(HOLE);
    expect(area.take(HOLE)).toBe(0);
    expect(area.take(page - 1 - HOLE)).toBe(HOLE);
    expect(area.take(HOLE)).toBe(page);
  });

  it("is placed in such a hole", () => {
    area.add(0, PAGES);
    const page = hole(HOLE);
    expect(area.takeHigh(HOLE).page).toBe(page);
  });

  it("is placed below the rest if the hole is in none of the first four bins that have pieces", () => {
    for (const pages of [1, 2, 3]) area.add(1000 + 10 * pages, pages);
    area.add(0, PAGES);
    const page = hole(HOLE);
    expect(area.takeHigh(1).page).toBe(page + HOLE - 1);
    area.add(1000 + 10 * 4, 4);
    expect(area.takeHigh(1).page).toBe(page - 2);
  });
});
