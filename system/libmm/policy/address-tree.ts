/**
 * Address-ordered fit: of all free pieces that fit, the lowest. A treap by address, whose pieces know the largest in
 * their subtree, finds it without a look at each.
 *
 * First fit's placement, and its high utilisation, in logarithmic time.
 */
import { pieceFits } from "../fit";
import { MmNode } from "../node";
import { isWanted, Where, Zone } from "../zone";
import { binOf } from "./segregated-fit";
import { Treap, treapFromOfBin } from "./treap";

export function addressTreeSearch(treap: Treap, zone: Zone, pages: u32, alignment: u32, where: Where): MmNode | null {
  const bin = binOf(pages);
  let node = treapFromOfBin(treap, where == Where.IN_ZONE ? zone.page : 0, bin);
  // The bin says roughly how large a piece is; whether it fits must be seen.
  while (node && !(pieceFits(node, pages, alignment) && isWanted(zone, node, where))) {
    node = treapFromOfBin(treap, node.page + 1, bin);
  }
  return node;
}
