/**
 * Giving memory back: check that it was handed out, make sure that nobody keeps a capability to it, and only then change
 * the account.
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
import { capDelete, capIdentify, capRevoke } from "../libaos/capabilities";
import { capref, isNullCap, isOwnCSpace, NULL_CAP } from "../libaos/capref";
import { frameIdentify } from "../libaos/frame";
import { Out } from "../libaos/out";
import { slotFree } from "../libaos/slot/root";
import { accountGive } from "./account";
import { indexFind } from "./index";
import { MM_ADDRESS_LIMIT, Mm } from "./mm";
import { MmRegion } from "./node";
import { traceGiven } from "./trace";

/**
 * Range of `cap`, whatever it is a capability of, and whether it may have copies or descendants. In another CSpace it must
 * be memory. -> Out.base, Out.bytes, Out.value
 */
function identify(cap: capref): errval_t {
  if (isOwnCSpace(cap)) return capIdentify(cap);
  const err = frameIdentify(cap);
  Out.value = 1;
  return err;
}

/** Does an error of identify say that the slot is empty? */
function isEmptySlot(err: errval_t): bool {
  if (errNo(err) != SYS_ERR_IDENTIFY_LOOKUP) return false;
  const reason = errNo(errPop(err));
  return reason == SYS_ERR_CAP_NOT_FOUND || reason == SYS_ERR_CNODE_NOT_FOUND;
}

/**
 * Deletes `cap` and everything made of it. If `original` is not null `cap` is a copy of it: then all copies but that one
 * are deleted.
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

/** Destroys the capability that a client hands back; it must lie in the piece. An empty slot is none of our business. */
function releaseCap(cap: capref, base: u64, pages: u32, region: MmRegion): errval_t {
  if (isNullCap(cap)) return SYS_ERR_OK;
  let err = identify(cap);
  if (errIsFail(err)) return isEmptySlot(err) ? SYS_ERR_OK : err;
  const bytes = u64(pages) << BASE_PAGE_BITS;
  // Is it a capability to this piece, or to a part of it, and not the region's own?
  if (Out.base < base || Out.bytes > bytes || Out.base - base > bytes - Out.bytes) return MM_ERR_NOT_FOUND;
  if (cap == region.cap) return MM_ERR_NOT_FOUND;
  const hasRelatives = Out.value != 0;
  let original: capref = NULL_CAP;
  // Is the piece all of the region's capability? A region can be a part of it, and the rest belongs to others.
  if (pages == region.pages) {
    err = identify(region.cap);
    if (errIsFail(err)) return err;
    if (Out.bytes == bytes) original = region.cap;
  }
  err = deleteCap(cap, original, hasRelatives);
  if (errIsFail(err)) return err;
  err = slotFree(cap);
  // A slot in a CNode of the client's own is the client's.
  if (errIsFail(err) && errNo(err) != LIB_ERR_SLOT_ALLOC_WRONG_CNODE) return errPush(err, LIB_ERR_WHILE_FREEING_SLOT);
  return SYS_ERR_OK;
}

/**
 * Takes back what `mmAlloc` handed out: [base, base + size), the size as it was asked for. `cap` is destroyed with all that was
 * made of it, and its slot freed; it may be RAM, or what the RAM has become (a Frame), or null, or an empty slot if it
 * is destroyed already. Anything that was not handed out, or not as one piece, is refused and nothing changes:
 * `MM_ERR_NOT_FOUND` with `MM_ERR_MM_FREE`.
 */
export function mmFree(mm: Mm, cap: capref, base: genpaddr_t, size: gensize_t): errval_t {
  if ((base & BASE_PAGE_MASK) != 0 || base >= MM_ADDRESS_LIMIT) return errPush(MM_ERR_NOT_FOUND, MM_ERR_MM_FREE);
  const node = indexFind(mm.index, u32(base >> BASE_PAGE_BITS));
  // Was a piece handed out that begins here and is as large?
  if (!node) return errPush(MM_ERR_NOT_FOUND, MM_ERR_MM_FREE);
  const pages = node.pages;
  const bytes = u64(pages) << BASE_PAGE_BITS;
  if (size == 0 || size > bytes || bytes - size > BASE_PAGE_MASK) return errPush(MM_ERR_NOT_FOUND, MM_ERR_MM_FREE);
  const err = releaseCap(cap, base, pages, node.region);
  if (errIsFail(err) && errNo(err) != LIB_ERR_WHILE_FREEING_SLOT) return errPush(err, MM_ERR_MM_FREE);
  accountGive(mm, node);
  traceGiven(changetype<usize>(mm), u32(base >> BASE_PAGE_BITS));
  return err;
}
