/**
 * Best fit: of all free pieces that fit, the smallest; of equals, the lowest. A treap by size finds it.
 *
 * What it leaves of a piece is as small as can be, and therefore often too small for anything.
 */
import { pieceFits } from "../fit";
import { MmNode } from "../node";
import { isWanted, Where, Zone } from "../zone";
import { Treap, treapFrom } from "./treap";

/** Pieces in which a search for a hole in the zone looks. */
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
