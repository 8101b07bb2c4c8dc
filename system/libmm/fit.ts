/**
 * Functions that check whether an allocation fits a piece, and where. Alignments are counts of pages and need not be
 * powers of two.
 */
import { MmNode } from "./node";

/** Number of pages since the last multiple of `alignment`. */
function pagesBehind(page: u32, alignment: u32): u32 {
  const isPowerOfTwo = (alignment & (alignment - 1)) == 0;
  return isPowerOfTwo ? page & (alignment - 1) : page % alignment;
}

/** Number of pages up to the next multiple of `alignment`. */
export function pagesBefore(page: u32, alignment: u32): u32 {
  const behind = pagesBehind(page, alignment);
  return behind == 0 ? 0 : alignment - behind;
}

/** The last page at or below `page` that is a multiple of `alignment`. */
export function alignPageDown(page: u32, alignment: u32): u32 {
  return page - pagesBehind(page, alignment);
}

/** The first page of a piece that is a multiple of `alignment`. The piece must have such a page. */
export function alignedPage(node: MmNode, alignment: u32): u32 {
  // Most requests want no alignment.
  return alignment == 1 ? node.page : node.page + pagesBefore(node.page, alignment);
}

/** Does `node` have room for `pages` pages at a multiple of `alignment`? */
export function pieceFits(node: MmNode, pages: u32, alignment: u32): bool {
  if (node.pages < pages) return false;
  const spare = node.pages - pages;
  return spare >= alignment - 1 || pagesBefore(node.page, alignment) <= spare;
}
