/**
 * Updates the record of pieces when a piece is handed out or comes back. These functions cannot fail and do not know
 * capabilities. Before they are called, `alloc.ts` and `free.ts` check the request and make or delete the capability.
 */

import { indexInsert, indexRemove } from "./index";
import { NodeType } from "./layout/mm-layout";
import { Mm } from "./manager";
import { MmNode, pieceCut, pieceJoinAbove, pieceJoinBelow } from "./node";
import { policyAdd, policyChanged, policyRemove, policyTookHigh } from "./policy/policy";

/** The end of the free memory that an allocation comes from. */
export const enum MmEnd {
  /** Memory that clients allocate. */
  LOW = 0,
  /**
   * Memory that the libraries keep for long. It is placed together at the top, so that it does not split the free
   * memory.
   */
  HIGH = 1,
}

/** Cuts [page, page + pages) out of a free piece. The caller has made sure that enough nodes are free. */
export function accountTake(mm: Mm, piece: MmNode, page: u32, pages: u32, end: MmEnd): void {
  const pageBefore = piece.page;
  const pagesBefore = piece.pages;
  const cut = pieceCut(mm.slabs, piece, page, pages);
  if (cut === piece) {
    policyRemove(mm.policy, piece);
    mm.freeNodes--;
  } else {
    policyChanged(mm.policy, piece, pageBefore, pagesBefore);
    const isInside = page != pageBefore && page + pages != pageBefore + pagesBefore;
    if (isInside) {
      policyAdd(mm.policy, changetype<MmNode>(cut.next));
      mm.freeNodes++;
    }
  }
  if (end == MmEnd.HIGH) policyTookHigh(mm.policy, cut);
  indexInsert(mm.index, mm.slabs, cut);
  mm.allocatedNodes++;
  mm.freePages -= pages;
}

/** Makes an allocated piece free and merges it with free neighbours, which keep their place in the policy. */
export function accountGive(mm: Mm, node: MmNode): void {
  indexRemove(mm.index, mm.slabs, node);
  mm.allocatedNodes--;
  mm.freePages += node.pages;
  node.type = u8(NodeType.Free);

  const lower = node.previous;
  const upper = node.next;
  if (lower && lower.isFree) {
    const pages = lower.pages;
    const joinsBoth = upper !== null && upper.isFree;
    if (joinsBoth) policyRemove(mm.policy, changetype<MmNode>(upper));
    pieceJoinBelow(mm.slabs, lower, node);
    if (joinsBoth) {
      pieceJoinBelow(mm.slabs, lower, changetype<MmNode>(upper));
      mm.freeNodes--;
    }
    policyChanged(mm.policy, lower, lower.page, pages);
  } else if (upper && upper.isFree) {
    const page = upper.page;
    const pages = upper.pages;
    pieceJoinAbove(mm.slabs, node, upper);
    policyChanged(mm.policy, upper, page, pages);
  } else {
    policyAdd(mm.policy, node);
    mm.freeNodes++;
  }
}
