/** Numbers of exercises, and how their texts show them. */
import type { Piece, Span } from "../../grade/pages";
import type { Random } from "../../grade/random";
import { PAGE } from "../../grade/subject";
import { kib } from "../../grade/text";
import type { Trial } from "../../grade/trial";

/** A whole number from `least` to `most`. */
export const between = (random: Random, least: number, most: number): number => least + random.below(most - least + 1);

export const pagesText = (pages: number): string => `${kib(pages * PAGE)} (${pages} ${pages === 1 ? "page" : "pages"})`;

export const listText = (sizes: readonly number[]): string => sizes.map((pages) => kib(pages * PAGE)).join(", ");

/** A manager with one region of `pages` pages. */
export function oneRegion(t: Trial, pages: number): Span {
  t.init();
  return t.addRegion(pages);
}

/** Allocates pieces of these numbers of pages. */
export function takeSizes(t: Trial, sizes: readonly number[]): Piece[] {
  return sizes.map((pages) => t.alloc(pages * PAGE));
}

/** Takes `count` pages one by one. */
export function takePages(t: Trial, count: number): Piece[] {
  return Array.from({ length: count }, () => t.alloc(PAGE));
}

/** Takes the last pages of a region, of which all others are handed out. */
export function takeRest(t: Trial, pages: number): void {
  takePages(t, pages);
  t.allocRefused(PAGE, PAGE, "a page when all are handed out");
}
