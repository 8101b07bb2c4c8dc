/** Cuts a part out of a free piece. */
import { genpaddr_t, slabAlloc } from "../libaos";
import { insertAfter, Mm, MmNode } from "./node";

/** Makes a new node for the upper part of a piece, from `base` on. The old node keeps the lower part. */
function cut(mm: Mm, node: MmNode, base: genpaddr_t): MmNode {
  const upper = changetype<MmNode>(slabAlloc(mm.slabs));
  upper.base = base;
  upper.bytes = node.end - base;
  upper.regionCap = node.regionCap;
  upper.regionBase = node.regionBase;
  upper.isFree = node.isFree;
  node.bytes = base - node.base;
  insertAfter(mm, node, upper);
  return upper;
}

/**
 * Makes a piece of its own of a part of a free piece. What lies before the part and behind it stays free. There are
 * enough nodes: at least two in `mm.slabs`.
 *
 * @param base where the part begins; it lies in the piece
 * @param bytes size of the part; it ends in the piece
 * @returns the node of exactly this part. It is in the list, and still free.
 */
export function split(mm: Mm, node: MmNode, base: genpaddr_t, bytes: u64): MmNode {
  const part = base > node.base ? cut(mm, node, base) : node;
  if (bytes < part.bytes) cut(mm, part, base + bytes);
  return part;
}
