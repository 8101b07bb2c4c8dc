/**
 * The index of allocated pieces: which piece begins at this page?
 *
 * A digital search tree. On the way down, level n goes left or right by bit n of the page number, and the first piece
 * whose page is the one sought ends the search; every node of the tree is a piece. Bits are used from the lowest up, as
 * those differ most between pages: a memory full of single pages makes a tree as flat as it can be. No path is longer
 * than the 32 bits of a page number, whatever is put in; nothing is ever balanced; and the two links of a node are words
 * that only free pieces use otherwise.
 *
 * A position in the tree is the address of the link that leads to it.
 */
import { MmNodeLayout } from "../layout/mm-layout";
import { MmNode } from "./node";

/** A word that leads to a piece: the root of the index, or a link of a piece. */
@unmanaged
export class IndexLink {
  node: MmNode | null;
}

/** The link that leads from `node` on for page numbers whose next bits are `bits`. */
function childLink(node: MmNode, bits: u32): IndexLink {
  return changetype<IndexLink>(changetype<usize>(node) + MmNodeLayout.LINK0 + ((bits & 1) << 2));
}

/** The link that leads to the piece at `page`; to null if there is none. */
export function indexFind(root: IndexLink, page: u32): IndexLink {
  let link = root;
  let bits = page;
  let node = link.node;
  while (node && node.page != page) {
    link = childLink(node, bits);
    bits >>>= 1;
    node = link.node;
  }
  return link;
}

/** Enters a piece; none with the same page is in the index. */
export function indexInsert(root: IndexLink, piece: MmNode): void {
  piece.link0 = null;
  piece.link1 = null;
  indexFind(root, piece.page).node = piece;
}

/** Takes out the piece that `link` leads to: any leaf below it can stand in its place. */
export function indexRemove(link: IndexLink): void {
  const node = changetype<MmNode>(link.node);
  let leafLink = link;
  let leaf = node;
  for (;;) {
    const side: u32 = leaf.link1 ? 1 : 0;
    const nextLink = childLink(leaf, side);
    const next = nextLink.node;
    if (!next) break;
    leafLink = nextLink;
    leaf = next;
  }
  leafLink.node = null;
  if (leaf === node) return;
  leaf.link0 = node.link0;
  leaf.link1 = node.link1;
  link.node = leaf;
}

if (MmNodeLayout.LINK1 != MmNodeLayout.LINK0 + 4) ERROR("the links of a node are neighbours");
