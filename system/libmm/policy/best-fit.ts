/**
 * Best fit: the smallest free piece that fits is taken, and the lowest of several. A treap by size finds it.
 *
 * The rest of the piece is as small as possible, and so it is often too small for any request.
 */
import { pieceFits } from "../fit";
import { MmNode } from "../node";
import { isWanted, Where, Zone } from "../zone";
import { Treap, treapFrom } from "./treap";

/** Number of pieces that a search for a hole in the zone looks at. */
const ZONE_PROBES: u32 = 64;

export function bestFitSearch(treap: Treap, zone: Zone, pages: u32, alignment: u32, where: Where): MmNode | null {
  let probes: u32 = where == Where.IN_ZONE ? ZONE_PROBES : U32.MAX_VALUE;
  let node = treapFrom(treap, pages, 0);
  while (node && probes > 0) {
    if (pieceFits(node, pages, alignment) && isWanted(zone, node, where)) return node;
    node = treapFrom(treap, node.pages, node.page + 1);
    probes--;
  }
  return null;
}
