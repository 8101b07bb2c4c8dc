/** Does it fit, and where? Alignments are counts of pages, not necessarily powers of two. */
import { MmNode } from "./node";

/** Pages since the last multiple of `alignment`. */
function pagesBehind(page: u32, alignment: u32): u32 {
  const isPowerOfTwo = (alignment & (alignment - 1)) == 0;
  return isPowerOfTwo ? page & (alignment - 1) : page % alignment;
}

/** Pages up to the next multiple of `alignment`. */
export function pagesBefore(page: u32, alignment: u32): u32 {
  const behind = pagesBehind(page, alignment);
  return behind == 0 ? 0 : alignment - behind;
}

/** The last page up to `page` that is a multiple of `alignment`. */
export function alignPageDown(page: u32, alignment: u32): u32 {
  return page - pagesBehind(page, alignment);
}

/** The first page of a piece that is a multiple of `alignment`; to be asked only if there is one. */
export function alignedPage(node: MmNode, alignment: u32): u32 {
  return node.page + pagesBefore(node.page, alignment);
}

/** Has `node` room for `pages` pages at a multiple of `alignment`? */
export function pieceFits(node: MmNode, pages: u32, alignment: u32): bool {
  if (node.pages < pages) return false;
  const spare = node.pages - pages;
  return spare >= alignment - 1 || pagesBefore(node.page, alignment) <= spare;
}
