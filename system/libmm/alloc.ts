/**
 * Allocation. It finds a piece, makes a capability of a part of it, and only then changes the record of pieces.
 *
 * Nodes and slots are refilled at the start, before anything is looked up, because a refill allocates from the same
 * manager.
 *
 * A free piece can be unusable: someone may have kept a capability of its memory when it was freed. The CPU driver then
 * refuses the retype with `SYS_ERR_REVOKE_FIRST`. The allocation tries other places in the piece at growing distances,
 * and then other pieces. The piece stays free and can be used when that capability is gone.
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
import { ramAllocIsForLibrary } from "../libaos/ram-alloc";
import { MM_NODE_RESERVE } from "../libaos/reserves";
import { slabEnsure, slabFailure } from "../libaos/slab";
import { slotFree } from "../libaos/slot/root";
import { accountTake, MmEnd } from "./account";
import { alignPageDown } from "./fit";
import { NodeType } from "./layout/mm-layout";
import { Mm } from "./manager";
import { MmNode, pieceCutNodes } from "./node";
import { policyAdd, policyFind, policyFindHigh, policyPlace, policyRemove } from "./policy/policy";
import { traceTaken } from "./trace";

/** The alignment in pages: the least common multiple of `alignment` and a page. */
function alignmentInPages(alignment: u64): u64 {
  if (alignment <= BASE_PAGE_SIZE) return 1;
  const shared = min<u64>(alignment & (~alignment + 1), BASE_PAGE_SIZE);
  return alignment / shared;
}

/** Makes an object of [page, page + pages) of a free piece, puts its capability into `slot` and updates the record of pieces. */
function take(mm: Mm, type: u32, piece: MmNode, page: u32, pages: u32, end: MmEnd, slot: capref): errval_t {
  if (faultDue(FaultKind.SLAB) || pieceCutNodes(piece, page, pages) > mm.slabs.free) return MM_ERR_NEW_NODE;
  const region = piece.region;
  const offset = (u64(page) << BASE_PAGE_BITS) - region.capBase;
  const err = capRetype(slot, region.cap, offset, type, u64(pages) << BASE_PAGE_BITS, 1);
  if (errIsFail(err)) return errPush(err, LIB_ERR_CAP_RETYPE);
  accountTake(mm, piece, page, pages, end);
  Out.base = u64(page) << BASE_PAGE_BITS;
  return SYS_ERR_OK;
}

/** Did the retype fail because someone still has a capability of that memory? */
function isHeld(err: errval_t): bool {
  return errNo(err) == LIB_ERR_CAP_RETYPE && errNo(errPop(err)) == SYS_ERR_REVOKE_FIRST;
}

/** Takes `pages` pages of a piece that fits: at the wanted end, or else at a place where no one holds the memory. */
function takeFrom(mm: Mm, type: u32, piece: MmNode, pages: u32, alignment: u32, end: MmEnd, slot: capref): errval_t {
  const lowest = policyPlace(mm.policy, piece, pages, alignment);
  const highest = alignPageDown(piece.end - pages, alignment);
  let err = take(mm, type, piece, end == MmEnd.LOW ? lowest : highest, pages, end, slot);
  if (!isHeld(err)) return err;
  let step = ((u64(pages) + alignment - 1) / alignment) * alignment;
  for (let page = u64(lowest); isHeld(err) && page <= u64(highest); page += step, step += step) {
    err = take(mm, type, piece, u32(page), pages, end, slot);
  }
  return isHeld(err) ? take(mm, type, piece, highest, pages, end, slot) : err;
}

/**
 * Finds a piece and takes memory from it. Pieces that cannot be used are set aside during the search and put back at
 * the end.
 */
function search(mm: Mm, type: u32, pages: u32, alignment: u32, end: MmEnd, slot: capref): errval_t {
  if (faultDue(FaultKind.PIECE)) return MM_ERR_NOT_FOUND;
  let aside: MmNode | null = null;
  let err: errval_t = MM_ERR_NOT_FOUND;
  for (;;) {
    const piece =
      end == MmEnd.LOW ? policyFind(mm.policy, pages, alignment) : policyFindHigh(mm.policy, pages, alignment);
    if (!piece) break;
    err = takeFrom(mm, type, piece, pages, alignment, end, slot);
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
 * Does the work of `mmAllocAligned` at the given end of the free memory, and makes an object of type `type`.
 * -> Out.cap, Out.base, Out.bytes
 */
export function mmAllocAt(mm: Mm, type: u32, size: u64, alignment: u64, end: MmEnd): errval_t {
  if (size == 0) return LIB_ERR_RAM_ALLOC_WRONG_SIZE;
  // Can 32 bits count the pages?
  if (size > U64.MAX_VALUE - BASE_PAGE_MASK) return MM_ERR_NOT_FOUND;
  const pages = (size + BASE_PAGE_MASK) >> BASE_PAGE_BITS;
  if (pages > u64(U32.MAX_VALUE)) return MM_ERR_NOT_FOUND;
  const alignmentPages = alignmentInPages(alignment);
  // Can 32 bits express a page number that is such a multiple and is not 0?
  if (alignmentPages > u64(U32.MAX_VALUE)) return MM_ERR_NOT_FOUND;

  const nodes = slabEnsure(mm.slabs, MM_NODE_RESERVE);
  const refill = mm.slotRefill;
  const refilled = refill(mm.slotAllocInst);
  const slotAlloc = mm.slotAlloc;
  let err = slotAlloc(mm.slotAllocInst, 1);
  if (errIsFail(err)) return errPush(errIsFail(refilled) ? refilled : err, MM_ERR_CHUNK_SLOT_ALLOC);
  const slot = Out.cap;
  err = search(mm, type, u32(pages), u32(alignmentPages), end, slot);
  if (errIsFail(err)) {
    slotFree(slot);
    return errNo(err) == MM_ERR_NEW_NODE ? slabFailure(nodes, MM_ERR_NEW_NODE) : err;
  }
  const page = u32(Out.base >> BASE_PAGE_BITS);
  traceTaken(changetype<usize>(mm), page, u32(pages), u32(alignmentPages), end == MmEnd.HIGH);
  Out.cap = slot;
  Out.bytes = pages << BASE_PAGE_BITS;
  return SYS_ERR_OK;
}

/**
 * Allocates at least `size` bytes, in whole pages. The base is a multiple of `alignment` and of a page. Memory that the
 * library keeps for long is placed at the high end, all other memory at the low end. If no free piece fits, the error
 * is `MM_ERR_NOT_FOUND`. -> Out.cap, Out.base, Out.bytes
 */
export function mmAllocAligned(mm: Mm, size: u64, alignment: u64): errval_t {
  return mmAllocObject(mm, mm.objtype, size, alignment);
}

/**
 * `mmAllocAligned` that makes an object of another type, to which the type of the regions can be retyped. One retype
 * makes the object, so it costs no more than the memory alone. -> Out.cap, Out.base, Out.bytes
 */
export function mmAllocObject(mm: Mm, type: u32, size: u64, alignment: u64): errval_t {
  return mmAllocAt(mm, type, size, alignment, ramAllocIsForLibrary() ? MmEnd.HIGH : MmEnd.LOW);
}

/** `mmAllocAligned` with the alignment of a page. -> Out.cap, Out.base, Out.bytes */
export function mmAlloc(mm: Mm, size: u64): errval_t {
  return mmAllocAligned(mm, size, BASE_PAGE_SIZE);
}
