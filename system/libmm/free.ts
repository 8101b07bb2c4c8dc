/**
 * Freeing memory. It checks that the memory was handed out, makes sure that no one keeps a capability of it, and only
 * then changes the record of pieces.
 */
import {
  LIB_ERR_CAP_DELETE,
  LIB_ERR_CAP_REVOKE,
  LIB_ERR_SLOT_ALLOC_WRONG_CNODE,
  LIB_ERR_WHILE_FREEING_SLOT,
  MM_ERR_MM_FREE,
  MM_ERR_NOT_FOUND,
  SYS_ERR_CAP_NOT_FOUND,
  SYS_ERR_CNODE_NOT_FOUND,
  SYS_ERR_IDENTIFY_LOOKUP,
  SYS_ERR_OK,
} from "../kpi/errno";
import { errIsFail, errNo, errPop, errPush, errval_t } from "../kpi/errval";
import { BASE_PAGE_BITS, BASE_PAGE_MASK, genpaddr_t, gensize_t } from "../kpi/types";
import { capDelete, capDeleteExact, capIdentify, capRevoke } from "../libaos/capabilities";
import { capref, isNullCap, isOwnCSpace, NULL_CAP } from "../libaos/capref";
import { frameIdentify } from "../libaos/frame";
import { Out } from "../libaos/out";
import { slotFree } from "../libaos/slot/root";
import { accountGive } from "./account";
import { indexFind } from "./index";
import { MM_ADDRESS_LIMIT, Mm } from "./manager";
import { MmNode, MmRegion } from "./node";
import { pageHint } from "./page-hints";
import { traceGiven } from "./trace";

/** Pages in KiB, as the CPU driver counts memory. All memory that has capabilities lies below 4 TiB. */
const PAGE_KIB_BITS = BASE_PAGE_BITS - 10;

/**
 * Finds the range of `cap`, which may have any type, and whether it may have copies or descendants. A capability in
 * another CSpace must be one of memory. -> Out.base, Out.bytes, Out.value
 */
function identify(cap: capref): errval_t {
  if (isOwnCSpace(cap)) return capIdentify(cap);
  const err = frameIdentify(cap);
  Out.value = 1;
  return err;
}

/** Does an error of `identify` mean that the slot is empty? */
function isEmptySlot(err: errval_t): bool {
  if (errNo(err) != SYS_ERR_IDENTIFY_LOOKUP) return false;
  const reason = errNo(errPop(err));
  return reason == SYS_ERR_CAP_NOT_FOUND || reason == SYS_ERR_CNODE_NOT_FOUND;
}

/**
 * Deletes `cap` and everything made from it. If `original` is not null, `cap` is a copy of it; then all copies except
 * `original` are deleted.
 */
function deleteCap(cap: capref, original: capref, hasRelatives: bool): errval_t {
  if (!isNullCap(original)) {
    const err = capRevoke(original);
    return errIsFail(err) ? errPush(err, LIB_ERR_CAP_REVOKE) : err;
  }
  if (hasRelatives) {
    const err = capRevoke(cap);
    if (errIsFail(err)) return errPush(err, LIB_ERR_CAP_REVOKE);
  }
  const err = capDelete(cap);
  return errIsFail(err) ? errPush(err, LIB_ERR_CAP_DELETE) : err;
}

/** Frees the slot of a deleted capability. If no allocator of this domain owns the slot, it belongs to the client. */
function releaseSlot(cap: capref): errval_t {
  const err = slotFree(cap);
  if (err == SYS_ERR_OK || errNo(err) == LIB_ERR_SLOT_ALLOC_WRONG_CNODE) return SYS_ERR_OK;
  return errPush(err, LIB_ERR_WHILE_FREEING_SLOT);
}

/**
 * Deletes the only capability of a whole piece by one call, and takes the piece back. False, and nothing has changed, if
 * `cap` is another one, or if other capabilities may have to be deleted with it.
 */
function freeByOneCall(mm: Mm, cap: capref, node: MmNode): bool {
  if (cap == node.region.cap) return false;
  if (errIsFail(capDeleteExact(cap, node.page << PAGE_KIB_BITS, node.pages << PAGE_KIB_BITS))) return false;
  takeBack(mm, node);
  return true;
}

/**
 * Destroys the capability that a client hands back and that `identify` has just identified. It must lie in the piece.
 */
function releaseCap(cap: capref, base: u64, pages: u32, region: MmRegion): errval_t {
  const bytes = u64(pages) << BASE_PAGE_BITS;
  // Is it a capability of this piece or of a part of it, and not the region's own capability?
  if (Out.base < base || Out.bytes > bytes || Out.base - base > bytes - Out.bytes) return MM_ERR_NOT_FOUND;
  if (cap == region.cap) return MM_ERR_NOT_FOUND;
  const hasRelatives = Out.value != 0;
  let original: capref = NULL_CAP;
  // Is the piece the whole memory of the region's capability? The capability may be larger than the region; the rest
  // then belongs to others.
  if (pages == region.pages) {
    const err = identify(region.cap);
    if (errIsFail(err)) return err;
    if (Out.bytes == bytes) original = region.cap;
  }
  const err = deleteCap(cap, original, hasRelatives);
  return errIsFail(err) ? err : releaseSlot(cap);
}

/** Takes back a piece, of which no capability is left. */
function takeBack(mm: Mm, node: MmNode): void {
  const page = node.page;
  accountGive(mm, node);
  traceGiven(changetype<usize>(mm), page);
}

/** Takes back a piece, unless its capability could not be destroyed. `err` is the result of that attempt. */
function finishFree(mm: Mm, node: MmNode, err: errval_t): errval_t {
  if (errIsFail(err) && errNo(err) != LIB_ERR_WHILE_FREEING_SLOT) return errPush(err, MM_ERR_MM_FREE);
  takeBack(mm, node);
  return err;
}

/** The piece that was handed out as [base, base + size), or null. */
function pieceAt(mm: Mm, base: genpaddr_t, size: gensize_t): MmNode | null {
  if ((base & BASE_PAGE_MASK) != 0 || base >= MM_ADDRESS_LIMIT) return null;
  const node = indexFind(mm.index, u32(base >> BASE_PAGE_BITS));
  if (!node) return null;
  const bytes = u64(node.pages) << BASE_PAGE_BITS;
  return size == 0 || size > bytes || bytes - size > BASE_PAGE_MASK ? null : node;
}

/**
 * Takes back the memory [base, base + size) that `mmAlloc` handed out. `size` is the requested size. The function
 * destroys `cap` with everything made from it and frees its slot. `cap` may be RAM, the object that the RAM was retyped
 * to (a Frame), null, or an empty slot if the capability is destroyed already. If the memory was not handed out as one
 * piece, the call changes nothing and returns `MM_ERR_NOT_FOUND` with `MM_ERR_MM_FREE`.
 */
export function mmFree(mm: Mm, cap: capref, base: genpaddr_t, size: gensize_t): errval_t {
  const node = pieceAt(mm, base, size);
  if (!node) return errPush(MM_ERR_NOT_FOUND, MM_ERR_MM_FREE);
  if (isNullCap(cap)) return finishFree(mm, node, SYS_ERR_OK);
  if (freeByOneCall(mm, cap, node)) return releaseSlot(cap);
  let err = identify(cap);
  if (!errIsFail(err)) err = releaseCap(cap, base, node.pages, node.region);
  else if (isEmptySlot(err)) err = SYS_ERR_OK;
  return finishFree(mm, node, err);
}

/**
 * Takes back the piece whose whole memory `cap` covers, like `mmFree` with the base and size of `cap`. Returns an error
 * of `capIdentify` if there is no such capability.
 */
export function mmFreeCap(mm: Mm, cap: capref): errval_t {
  const guessed = indexFind(mm.index, pageHint(cap));
  if (guessed && freeByOneCall(mm, cap, guessed)) return releaseSlot(cap);
  const err = identify(cap);
  if (errIsFail(err)) return err;
  const node = pieceAt(mm, Out.base, Out.bytes);
  if (!node) return errPush(MM_ERR_NOT_FOUND, MM_ERR_MM_FREE);
  return finishFree(mm, node, releaseCap(cap, Out.base, node.pages, node.region));
}
