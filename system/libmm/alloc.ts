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
import { MmNode, PIECE_CUT_NODES, pieceCutNodes } from "./node";
import { pageHintSet } from "./page-hints";
import { policyAdd, policyFind, policyFindHigh, policyPlace, policyRemove } from "./policy/policy";
import { traceTaken } from "./trace";

/**
 * What the allocation in progress asks for. It is set after the refills, which may allocate, and nothing after them does.
 */
class Wanted {
  static type: u32 = 0;
  static pages: u32 = 0;
  /** In pages. */
  static alignment: u32 = 0;
  static end: MmEnd = MmEnd.LOW;
  /** Where the capability goes. */
  static slot: capref = 0;
}

/** Makes an object of [page, page + pages) of a free piece, and updates the record of pieces. -> Out.base */
function take(mm: Mm, piece: MmNode, page: u32): errval_t {
  const pages = Wanted.pages;
  const nodes = mm.slabs.free;
  const tooFewNodes = nodes < PIECE_CUT_NODES && nodes < pieceCutNodes(piece, page, pages);
  if (faultDue(FaultKind.SLAB) || tooFewNodes) return MM_ERR_NEW_NODE;
  const region = piece.region;
  const base = u64(page) << BASE_PAGE_BITS;
  const err = capRetype(Wanted.slot, region.cap, base - region.capBase, Wanted.type, u64(pages) << BASE_PAGE_BITS, 1);
  if (errIsFail(err)) return errPush(err, LIB_ERR_CAP_RETYPE);
  accountTake(mm, piece, page, pages, Wanted.end);
  Out.base = base;
  return SYS_ERR_OK;
}

/** Did the retype fail because someone still has a capability of that memory? */
function isHeld(err: errval_t): bool {
  return errNo(err) == LIB_ERR_CAP_RETYPE && errNo(errPop(err)) == SYS_ERR_REVOKE_FIRST;
}

/** The policy's choice among the free pieces; null if none fits. */
function findPiece(mm: Mm): MmNode | null {
  const pages = Wanted.pages;
  const alignment = Wanted.alignment;
  return Wanted.end == MmEnd.LOW
    ? policyFind(mm.policy, pages, alignment)
    : policyFindHigh(mm.policy, pages, alignment);
}

/** The lowest page of a piece that fits at which the memory can begin. */
function lowestIn(mm: Mm, piece: MmNode): u32 {
  return policyPlace(mm.policy, piece, Wanted.pages, Wanted.alignment);
}

/** The highest page of a piece that fits at which the memory can begin. */
function highestIn(piece: MmNode): u32 {
  return alignPageDown(piece.end - Wanted.pages, Wanted.alignment);
}

/** Takes memory at the wanted end of a piece that fits. */
function takeAtEnd(mm: Mm, piece: MmNode): errval_t {
  return take(mm, piece, Wanted.end == MmEnd.LOW ? lowestIn(mm, piece) : highestIn(piece));
}

/** Takes memory of a piece that fits at a place where no one holds it. */
function takeElsewhere(mm: Mm, piece: MmNode): errval_t {
  const lowest = lowestIn(mm, piece);
  const highest = highestIn(piece);
  const alignment = u64(Wanted.alignment);
  let step = ((u64(Wanted.pages) + alignment - 1) / alignment) * alignment;
  for (let page = u64(lowest); page <= u64(highest); page += step, step += step) {
    const err = take(mm, piece, u32(page));
    if (!isHeld(err)) return err;
  }
  return take(mm, piece, highest);
}

/**
 * Goes on with a search whose first piece is held at its end. Pieces that cannot be used are set aside during the search
 * and put back at the end.
 */
function searchOn(mm: Mm, first: MmNode): errval_t {
  let aside: MmNode | null = null;
  let piece = first;
  let err = takeElsewhere(mm, piece);
  while (isHeld(err)) {
    mm.retries++;
    policyRemove(mm.policy, piece);
    piece.type = u8(NodeType.Aside);
    piece.link1 = aside;
    aside = piece;
    const next = findPiece(mm);
    if (!next) break;
    piece = next;
    err = takeAtEnd(mm, piece);
    if (isHeld(err)) err = takeElsewhere(mm, piece);
  }
  while (aside) {
    const next = aside.link1;
    aside.type = u8(NodeType.Free);
    policyAdd(mm.policy, aside);
    aside = next;
  }
  return err;
}

/** Finds a piece and takes the wanted memory from it. */
function search(mm: Mm): errval_t {
  if (faultDue(FaultKind.PIECE)) return MM_ERR_NOT_FOUND;
  const piece = findPiece(mm);
  if (!piece) return MM_ERR_NOT_FOUND;
  const err = takeAtEnd(mm, piece);
  return isHeld(err) ? searchOn(mm, piece) : err;
}

/** Serves the request in `Wanted`. `nodes` is the result of the refill of the nodes. -> Out.base, Out.bytes */
function allocate(mm: Mm, nodes: errval_t): errval_t {
  const err = search(mm);
  if (errIsFail(err)) return errNo(err) == MM_ERR_NEW_NODE ? slabFailure(nodes, MM_ERR_NEW_NODE) : err;
  const page = u32(Out.base >> BASE_PAGE_BITS);
  pageHintSet(Wanted.slot, page);
  traceTaken(changetype<usize>(mm), page, Wanted.pages, Wanted.alignment, Wanted.end == MmEnd.HIGH);
  Out.bytes = u64(Wanted.pages) << BASE_PAGE_BITS;
  return SYS_ERR_OK;
}

/** The end of the free memory at which memory for the present allocation is placed. */
function endForCaller(): MmEnd {
  return ramAllocIsForLibrary() ? MmEnd.HIGH : MmEnd.LOW;
}

/** The alignment in pages: the least common multiple of `alignment` and a page. */
function alignmentInPages(alignment: u64): u64 {
  if (alignment <= BASE_PAGE_SIZE) return 1;
  const shared = min<u64>(alignment & (~alignment + 1), BASE_PAGE_SIZE);
  return alignment / shared;
}

/** Can 32 bits express the pages of a request, and a page number other than 0 that is so aligned? */
function checkRequest(size: u64, alignmentPages: u64): errval_t {
  if (size == 0) return LIB_ERR_RAM_ALLOC_WRONG_SIZE;
  if (size > u64(U32.MAX_VALUE) << BASE_PAGE_BITS) return MM_ERR_NOT_FOUND;
  return alignmentPages > u64(U32.MAX_VALUE) ? MM_ERR_NOT_FOUND : SYS_ERR_OK;
}

/** Sets `Wanted` to a request that `checkRequest` accepted. */
function want(type: u32, size: u64, alignmentPages: u64, end: MmEnd, slot: capref): void {
  Wanted.type = type;
  Wanted.pages = u32((size + BASE_PAGE_MASK) >> BASE_PAGE_BITS);
  Wanted.alignment = u32(alignmentPages);
  Wanted.end = end;
  Wanted.slot = slot;
}

/**
 * Makes an object of type `type` from at least `size` bytes in the empty slot `dest`. The type of the regions must allow
 * a retype to `type`. The object is made by one retype, so it costs no more than the memory alone. Base, size and errors
 * are those of `mmAllocAligned`. -> Out.base, Out.bytes
 */
export function mmAllocObject(mm: Mm, dest: capref, type: u32, size: u64, alignment: u64): errval_t {
  const alignmentPages = alignmentInPages(alignment);
  const err = checkRequest(size, alignmentPages);
  if (errIsFail(err)) return err;
  const nodes = slabEnsure(mm.slabs, MM_NODE_RESERVE);
  want(type, size, alignmentPages, endForCaller(), dest);
  return allocate(mm, nodes);
}

/** Does the work of `mmAllocAligned` at the given end of the free memory. -> Out.cap, Out.base, Out.bytes */
export function mmAllocAt(mm: Mm, size: u64, alignment: u64, end: MmEnd): errval_t {
  const alignmentPages = alignmentInPages(alignment);
  let err = checkRequest(size, alignmentPages);
  if (errIsFail(err)) return err;
  const nodes = slabEnsure(mm.slabs, MM_NODE_RESERVE);
  const refill = mm.slotRefill;
  const refilled = refill(mm.slotAllocInst);
  const slotAlloc = mm.slotAlloc;
  err = slotAlloc(mm.slotAllocInst, 1);
  if (errIsFail(err)) return errPush(errIsFail(refilled) ? refilled : err, MM_ERR_CHUNK_SLOT_ALLOC);
  const slot = Out.cap;
  want(mm.objtype, size, alignmentPages, end, slot);
  err = allocate(mm, nodes);
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
