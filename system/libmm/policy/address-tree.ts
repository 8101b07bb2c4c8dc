/**
 * Address-ordered fit: the lowest free piece that fits is taken. The pieces are in a treap by address, and each knows
 * the largest piece in its subtree. So a search need not look at every piece.
 *
 * It places pieces like first fit and uses memory as well, but searches in logarithmic time.
 */
import { pieceFits } from "../fit";
import { MmNode } from "../node";
import { isWanted, Where, Zone } from "../zone";
import { binOf } from "./segregated-fit";
import { Treap, treapFromOfBin } from "./treap";

export function addressTreeSearch(treap: Treap, zone: Zone, pages: u32, alignment: u32, where: Where): MmNode | null {
  const bin = binOf(pages);
  let node = treapFromOfBin(treap, where == Where.IN_ZONE ? zone.page : 0, bin);
  // The bin gives only the approximate size, so each candidate is checked.
  while (node && !(pieceFits(node, pages, alignment) && isWanted(zone, node, where))) {
    node = treapFromOfBin(treap, node.page + 1, bin);
  }
  return node;
}
