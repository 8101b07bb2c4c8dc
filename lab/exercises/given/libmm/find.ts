/** Finds the piece that is to be freed. */
import { BASE_PAGE_MASK, genpaddr_t, gensize_t } from "../libaos";
import { Mm, MmNode } from "./node";

/**
 * Finds the piece that was handed out with exactly this base and size.
 *
 * @param size the size that was requested, or the size of the piece: they are equal when rounded up to whole pages
 * @returns the node; null if no such piece is handed out
 */
export function findHandedOut(mm: Mm, base: genpaddr_t, size: gensize_t): MmNode | null {
  const bytes = (size + BASE_PAGE_MASK) & ~u64(BASE_PAGE_MASK);
  let node = mm.head;
  while (node) {
    if (node.base == base) return !node.isFree && node.bytes == bytes ? node : null;
    node = node.next;
  }
  return null;
}
