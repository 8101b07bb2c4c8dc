/** Joins free neighbours. */
import { Mm, MmNode, removeNode } from "./node";

/** Are both free, and parts of the same region? */
function belongTogether(lower: MmNode, upper: MmNode): bool {
  return lower.isFree && upper.isFree && lower.regionCap == upper.regionCap;
}

/**
 * Joins a piece that has just become free with its free neighbours. Two regions are two capabilities: pieces of
 * different regions stay apart, even if they touch.
 */
export function join(mm: Mm, node: MmNode): void {
  const next = node.next;
  if (next && belongTogether(node, next)) {
    node.bytes += next.bytes;
    removeNode(mm, next);
  }
  const prev = node.prev;
  if (prev && belongTogether(prev, node)) {
    prev.bytes += node.bytes;
    removeNode(mm, node);
  }
}
