/** Joins free neighbours. */
import { Mm, MmNode } from "./node";

/**
 * Joins a piece that has just become free with its free neighbours. Two regions are two capabilities: pieces of
 * different regions stay apart, even if they touch.
 */
export function join(_mm: Mm, _node: MmNode): void {
  // This joins nothing: free memory stays in small pieces.
}
