/** Does it fit, and where? */
import { MmNode } from "./node";

/** The first page from `page` on that is a multiple of `alignment`, in 64 bits so that it cannot wrap. */
export function alignPage(page: u32, alignment: u64): u64 {
  if (alignment == 1) return page;
  return ((u64(page) + alignment - 1) / alignment) * alignment;
}

/** The last page up to `page` that is a multiple of `alignment`. */
export function alignPageDown(page: u32, alignment: u64): u64 {
  return alignment == 1 ? page : (u64(page) / alignment) * alignment;
}

/** Has `node` room for `pages` pages at a multiple of `alignment`? */
export function pieceFits(node: MmNode, pages: u32, alignment: u64): bool {
  if (node.pages < pages) return false;
  if (alignment == 1) return true;
  return alignPage(node.page, alignment) + pages <= u64(node.end);
}
