/**
 * Allocation: find a piece, make a capability of a part of it, and only then change the account.
 *
 * Nodes and slots are refilled at the start, before anything is looked up: a refill allocates from this very manager.
 *
 * A piece can be free and yet not to be had: when its memory was freed while somebody kept a capability made of it. The
 * CPU driver tells by `SYS_ERR_REVOKE_FIRST`. Then other places in the piece are tried, ever farther apart, then other
 * pieces. Nothing is lost: the piece stays free, for the day that capability is gone.
 */
import {
  LIB_ERR_CAP_RETYPE,
  LIB_ERR_RAM_ALLOC_WRONG_SIZE,
  MM_ERR_CHUNK_SLOT_ALLOC,
  MM_ERR_NEW_NODE,
  MM_ERR_NOT_FOUND,
  SYS_ERR_OK,
  SYS_ERR_REVOKE_FIRST,
} from "../kpi/errno";
import { errIsFail, errNo, errPop, errPush, errval_t } from "../kpi/errval";
import { BASE_PAGE_BITS, BASE_PAGE_MASK, BASE_PAGE_SIZE } from "../kpi/types";
import { capRetype } from "../libaos/capabilities";
import { capref } from "../libaos/capref";
import { faultDue } from "../libaos/faults";
import { FaultKind } from "../libaos/layout/fault-kind";
import { Out } from "../libaos/out";
import { MM_NODE_RESERVE } from "../libaos/reserves";
import { slabEnsure } from "../libaos/slab";
import { slotFree } from "../libaos/slot/root";
import { accountTake, MmEnd } from "./account";
import { alignPageDown } from "./fit";
import { NodeType } from "./layout/mm-layout";
import { Mm } from "./mm";
import { MmNode, pieceCutNodes } from "./node";
import { policyAdd, policyFind, policyFindHigh, policyPlace, policyRemove } from "./policy/policy";
import { traceTaken } from "./trace";

/** The alignment in pages: that of the least common multiple of `alignment` and a page. */
function alignmentInPages(alignment: u64): u64 {
  if (alignment <= BASE_PAGE_SIZE) return 1;
  const shared = min<u64>(alignment & (~alignment + 1), BASE_PAGE_SIZE);
  return alignment / shared;
}

/** Makes a capability of [page, page + pages) of a free piece in `slot` and enters it in the account. */
function take(mm: Mm, piece: MmNode, page: u32, pages: u32, end: MmEnd, slot: capref): errval_t {
  if (faultDue(FaultKind.SLAB) || pieceCutNodes(piece, page, pages) > mm.slabs.free) return MM_ERR_NEW_NODE;
  const region = piece.region;
  const offset = (u64(page) << BASE_PAGE_BITS) - region.capBase;
  const err = capRetype(slot, region.cap, offset, mm.objtype, u64(pages) << BASE_PAGE_BITS, 1);
  if (errIsFail(err)) return errPush(err, LIB_ERR_CAP_RETYPE);
  accountTake(mm, piece, page, pages, end);
  Out.base = u64(page) << BASE_PAGE_BITS;
  return SYS_ERR_OK;
}

/** Did a retype fail because somebody still has a capability to that memory? */
function isHeld(err: errval_t): bool {
  return errNo(err) == LIB_ERR_CAP_RETYPE && errNo(errPop(err)) == SYS_ERR_REVOKE_FIRST;
}

/** Takes `pages` pages of a piece that fits: at the wanted end, or else where the memory is not held. */
function takeFrom(mm: Mm, piece: MmNode, pages: u32, alignment: u32, end: MmEnd, slot: capref): errval_t {
  const lowest = policyPlace(mm.policy, piece, pages, alignment);
  const highest = alignPageDown(piece.end - pages, alignment);
  let err = take(mm, piece, end == MmEnd.LOW ? lowest : highest, pages, end, slot);
  if (!isHeld(err)) return err;
  let step = ((u64(pages) + alignment - 1) / alignment) * alignment;
  for (let page = u64(lowest); isHeld(err) && page <= u64(highest); page += step, step += step) {
    err = take(mm, piece, u32(page), pages, end, slot);
  }
  return isHeld(err) ? take(mm, piece, highest, pages, end, slot) : err;
}

/** Finds and takes. Pieces that cannot be had are set aside on the way and put back afterwards. */
function search(mm: Mm, pages: u32, alignment: u32, end: MmEnd, slot: capref): errval_t {
  if (faultDue(FaultKind.PIECE)) return MM_ERR_NOT_FOUND;
  let aside: MmNode | null = null;
  let err: errval_t = MM_ERR_NOT_FOUND;
  for (;;) {
    const piece =
      end == MmEnd.LOW ? policyFind(mm.policy, pages, alignment) : policyFindHigh(mm.policy, pages, alignment);
    if (!piece) break;
    err = takeFrom(mm, piece, pages, alignment, end, slot);
    if (!isHeld(err)) break;
    mm.retries++;
    policyRemove(mm.policy, piece);
    piece.type = u8(NodeType.Aside);
    piece.link1 = aside;
    aside = piece;
  }
  while (aside) {
    const next = aside.link1;
    aside.type = u8(NodeType.Free);
    policyAdd(mm.policy, aside);
    aside = next;
  }
  return err;
}

/**
 * A capability to at least `size` bytes of memory, whole pages, whose base is a multiple of `alignment` and of a page.
 * Nothing suitable is left: `MM_ERR_NOT_FOUND`. -> Out.cap, Out.base, Out.bytes
 */
export function mmAllocAligned(mm: Mm, size: u64, alignment: u64, end: MmEnd = MmEnd.LOW): errval_t {
  if (size == 0) return LIB_ERR_RAM_ALLOC_WRONG_SIZE;
  // Can the pages be counted?
  if (size > U64.MAX_VALUE - BASE_PAGE_MASK) return MM_ERR_NOT_FOUND;
  const pages = (size + BASE_PAGE_MASK) >> BASE_PAGE_BITS;
  if (pages > u64(U32.MAX_VALUE)) return MM_ERR_NOT_FOUND;
  const alignmentPages = alignmentInPages(alignment);
  // Is there a page number, other than 0, that is such a multiple?
  if (alignmentPages > u64(U32.MAX_VALUE)) return MM_ERR_NOT_FOUND;

  slabEnsure(mm.slabs, MM_NODE_RESERVE);
  const refill = mm.slotRefill;
  const refilled = refill(mm.slotAllocInst);
  const slotAlloc = mm.slotAlloc;
  let err = slotAlloc(mm.slotAllocInst, 1);
  if (errIsFail(err)) return errPush(errIsFail(refilled) ? refilled : err, MM_ERR_CHUNK_SLOT_ALLOC);
  const slot = Out.cap;
  err = search(mm, u32(pages), u32(alignmentPages), end, slot);
  if (errIsFail(err)) {
    slotFree(slot);
    return err;
  }
  const page = u32(Out.base >> BASE_PAGE_BITS);
  traceTaken(changetype<usize>(mm), page, u32(pages), u32(alignmentPages), end == MmEnd.HIGH);
  Out.cap = slot;
  Out.bytes = pages << BASE_PAGE_BITS;
  return SYS_ERR_OK;
}

/** `mmAllocAligned` with the alignment of a page. -> Out.cap, Out.base, Out.bytes */
export function mmAlloc(mm: Mm, size: u64): errval_t {
  return mmAllocAligned(mm, size, BASE_PAGE_SIZE);
}
