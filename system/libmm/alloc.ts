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
import { pageHintSet } from "./page-hints";
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

/** The end of the free memory at which memory for the present allocation is placed. */
function endForCaller(): MmEnd {
  return ramAllocIsForLibrary() ? MmEnd.HIGH : MmEnd.LOW;
}

/** Can 32 bits express the pages of a request, and a page number other than 0 that is so aligned? */
function checkRequest(size: u64, alignment: u64): errval_t {
  if (size == 0) return LIB_ERR_RAM_ALLOC_WRONG_SIZE;
  if (size > u64(U32.MAX_VALUE) << BASE_PAGE_BITS) return MM_ERR_NOT_FOUND;
  return alignmentInPages(alignment) > u64(U32.MAX_VALUE) ? MM_ERR_NOT_FOUND : SYS_ERR_OK;
}

/**
 * Makes an object of type `type` from at least `size` bytes in the empty slot `dest`. The type of the regions must allow
 * a retype to `type`. The object is made by one retype, so it costs no more than the memory alone. Base, size and errors
 * are those of `mmAllocAligned`. -> Out.base, Out.bytes
 */
export function mmAllocObject(mm: Mm, dest: capref, type: u32, size: u64, alignment: u64): errval_t {
  const err = checkRequest(size, alignment);
  if (errIsFail(err)) return err;
  const nodes = slabEnsure(mm.slabs, MM_NODE_RESERVE);
  return allocate(mm, dest, type, size, alignment, endForCaller(), nodes);
}

/** Serves a request that `checkRequest` accepted. `nodes` is the result of the refill of the nodes. */
function allocate(mm: Mm, dest: capref, type: u32, size: u64, alignment: u64, end: MmEnd, nodes: errval_t): errval_t {
  const pages = u32((size + BASE_PAGE_MASK) >> BASE_PAGE_BITS);
  const alignmentPages = u32(alignmentInPages(alignment));
  const err = search(mm, type, pages, alignmentPages, end, dest);
  if (errIsFail(err)) return errNo(err) == MM_ERR_NEW_NODE ? slabFailure(nodes, MM_ERR_NEW_NODE) : err;
  const page = u32(Out.base >> BASE_PAGE_BITS);
  pageHintSet(dest, page);
  traceTaken(changetype<usize>(mm), page, pages, alignmentPages, end == MmEnd.HIGH);
  Out.bytes = u64(pages) << BASE_PAGE_BITS;
  return SYS_ERR_OK;
}

/** Does the work of `mmAllocAligned` at the given end of the free memory. -> Out.cap, Out.base, Out.bytes */
export function mmAllocAt(mm: Mm, size: u64, alignment: u64, end: MmEnd): errval_t {
  let err = checkRequest(size, alignment);
  if (errIsFail(err)) return err;
  const nodes = slabEnsure(mm.slabs, MM_NODE_RESERVE);
  const refill = mm.slotRefill;
  const refilled = refill(mm.slotAllocInst);
  const slotAlloc = mm.slotAlloc;
  err = slotAlloc(mm.slotAllocInst, 1);
  if (errIsFail(err)) return errPush(errIsFail(refilled) ? refilled : err, MM_ERR_CHUNK_SLOT_ALLOC);
  const slot = Out.cap;
  err = allocate(mm, slot, mm.objtype, size, alignment, end, nodes);
  if (errIsFail(err)) slotFree(slot);
  else Out.cap = slot;
  return err;
}

/**
 * Allocates at least `size` bytes, in whole pages. The base is a multiple of `alignment` and of a page. Memory that the
 * library keeps for long is placed at the high end, all other memory at the low end. If no free piece fits, the error
 * is `MM_ERR_NOT_FOUND`. -> Out.cap, Out.base, Out.bytes
 */
export function mmAllocAligned(mm: Mm, size: u64, alignment: u64): errval_t {
  return mmAllocAt(mm, size, alignment, endForCaller());
}

/** `mmAllocAligned` with the alignment of a page. -> Out.cap, Out.base, Out.bytes */
export function mmAlloc(mm: Mm, size: u64): errval_t {
  return mmAllocAligned(mm, size, BASE_PAGE_SIZE);
}
