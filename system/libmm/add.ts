/** Adding regions to a memory manager. */
import { MM_ERR_ALREADY_PRESENT, MM_ERR_MM_ADD, MM_ERR_NEW_NODE, MM_ERR_OUT_OF_BOUNDS, SYS_ERR_OK } from "../kpi/errno";
import { errIsFail, errPush, errval_t } from "../kpi/errval";
import { BASE_PAGE_BITS, BASE_PAGE_MASK, genpaddr_t, gensize_t } from "../kpi/types";
import { capIdentify } from "../libaos/capabilities";
import { capref } from "../libaos/capref";
import { faultDue } from "../libaos/faults";
import { FaultKind } from "../libaos/layout/fault-kind";
import { Out } from "../libaos/out";
import { MM_NODE_RESERVE } from "../libaos/reserves";
import { slabEnsure, slabFailure, slabTake } from "../libaos/slab";
import { indexClear, indexInsert, indexSetSpan, indexSpans } from "./index";
import { MM_ADDRESS_LIMIT, Mm } from "./manager";
import { MmNode, MmRegion, pieceOfAll } from "./node";
import { policyAdd } from "./policy/policy";
import { traceAdded } from "./trace";

/** Does a region that the manager has contain a page of [page, end)? */
function overlapsKnown(mm: Mm, page: u64, end: u64): bool {
  let region = mm.regions;
  while (region) {
    if (page < u64(region.end) && end > u64(region.page)) return true;
    region = region.next;
  }
  return false;
}

/** Does `cap` have the manager's type, and does it contain the range? */
function checkRegionCap(mm: Mm, cap: capref, base: genpaddr_t, size: gensize_t): errval_t {
  const err = capIdentify(cap);
  if (errIsFail(err)) return errPush(err, MM_ERR_MM_ADD);
  if (Out.type != mm.objtype || base < Out.base || base - Out.base > Out.bytes) return MM_ERR_OUT_OF_BOUNDS;
  return size <= Out.bytes - (base - Out.base) ? SYS_ERR_OK : MM_ERR_OUT_OF_BOUNDS;
}

/**
 * Adds the whole pages of the memory [base, base + size), which must lie in `cap`. `cap` may be larger than the range.
 * It stays in its slot, and the caller must not use it until `mmDestroy`.
 */
export function mmAdd(mm: Mm, cap: capref, base: genpaddr_t, size: gensize_t): errval_t {
  // The range must not be empty, must not wrap, and must end below the limit of page numbers.
  if (size == 0 || base + size < base || base + size > MM_ADDRESS_LIMIT) return MM_ERR_OUT_OF_BOUNDS;
  const page = (base + BASE_PAGE_MASK) >> BASE_PAGE_BITS;
  const end = (base + size) >> BASE_PAGE_BITS;
  // It must contain a whole page.
  if (end <= page || end > u64(U32.MAX_VALUE)) return MM_ERR_OUT_OF_BOUNDS;
  // It must not overlap a region that the manager has.
  if (overlapsKnown(mm, page, end)) return MM_ERR_ALREADY_PRESENT;
  const err = checkRegionCap(mm, cap, base, size);
  if (errIsFail(err)) return err;

  return enterRegion(mm, cap, Out.base, u32(page), u32(end - page));
}

/** Builds the index anew, with room for all regions and for the pages from `page` up to, but not including, `end`. */
function widenIndex(mm: Mm, page: u32, end: u32): void {
  let first = page;
  let last = end;
  let region = mm.regions;
  while (region) {
    first = min(first, region.page);
    last = max(last, region.end);
    region = region.next;
  }
  indexClear(mm.index, mm.slabs);
  indexSetSpan(mm.index, first, last);
  region = mm.regions;
  while (region) {
    let node: MmNode | null = region.first;
    while (node) {
      if (!node.isFree) indexInsert(mm.index, mm.slabs, node);
      node = node.next;
    }
    region = region.next;
  }
}

/** Adds a region whose checks have passed. Its capability starts at `capBase`. */
export function enterRegion(mm: Mm, cap: capref, capBase: genpaddr_t, page: u32, pages: u32): errval_t {
  const refilled = slabEnsure(mm.slabs, MM_NODE_RESERVE);
  if (faultDue(FaultKind.SLAB) || mm.slabs.free < 2) return slabFailure(refilled, MM_ERR_NEW_NODE);
  if (!indexSpans(mm.index, page, page + pages)) widenIndex(mm, page, page + pages);
  const region = changetype<MmRegion>(slabTake(mm.slabs));
  region.cap = cap;
  region.capBase = capBase;
  region.page = page;
  region.pages = pages;
  region.next = mm.regions;
  mm.regions = region;
  policyAdd(mm.policy, pieceOfAll(mm.slabs, region));
  mm.freeNodes++;
  mm.freePages += region.pages;
  mm.totalPages += region.pages;
  traceAdded(changetype<usize>(mm), pages);
  return SYS_ERR_OK;
}
