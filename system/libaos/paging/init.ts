/** Sets up address spaces: the domain's own, and others. */
import { LIB_ERR_VREGION_BAD_ALIGNMENT, LIB_ERR_VSPACE_INIT } from "../../kpi/errno";
import { errIsFail, errPush, errval_t } from "../../kpi/errval";
import { INIT_SPACE_LIMIT } from "../../kpi/init-space";
import { ARM_L1_USER_ENTRIES, BASE_PAGE_MASK, lvaddr_t } from "../../kpi/types";
import { capref } from "../capref";
import { domain } from "../domain";
import { PagingStateLayout, RangeLayout } from "../layout/paging-layout";
import { SlabLayout } from "../layout/slab-layout";
import { debugPrintf } from "../print";
import { slabGrow, slabInit } from "../slab";
import { slabDefaultRefill } from "../slab-default";
import { SlotAllocator } from "../slot/allocator";
import { capVroot } from "../well-known";
import { PAGING_BLOCK_SIZE, PagingState, rangesInit, USER_SPACE_END } from "./state";

/**
 * The library's own allocations start at this address. Lower addresses stay free for callers that choose their
 * addresses.
 */
export const VADDR_OFFSET: u32 = 0x40000000;

/** Number of blocks that an address space starts with. */
const STATIC_BLOCKS = 64;
const STATIC_BYTES = STATIC_BLOCKS * RangeLayout.SIZE + SlabLayout.SIZE;

const current: usize = memory.data(PagingStateLayout.SIZE, 16);
const staticBlocks: usize = memory.data(STATIC_BYTES, 8);

/**
 * The program's own address space.
 *
 * @example
 * const own = getCurrentPagingState();
 * const record = own.table(0x100);
 */
export function getCurrentPagingState(): PagingState {
  return changetype<PagingState>(domain.paging);
}

export function setCurrentPagingState(st: PagingState): void {
  domain.paging = changetype<usize>(st);
}

/**
 * Sets up an address space with the L1 table `pdir`, free from `start` to the end of user space. `blocks` is memory for
 * the records of its first ranges. Each address space needs its own, and gets more when it runs low.
 */
export function pagingInitState(
  st: PagingState,
  start: lvaddr_t,
  pdir: capref,
  slots: SlotAllocator,
  blocks: usize,
  bytes: u32,
): errval_t {
  if ((start & BASE_PAGE_MASK) != 0 || start < INIT_SPACE_LIMIT || start >= USER_SPACE_END) {
    return LIB_ERR_VREGION_BAD_ALIGNMENT;
  }
  st.pdir = pdir;
  st.slots = slots;
  st.dynamicBase = max(start, VADDR_OFFSET);
  st.mappedPages = 0;
  st.mappedRanges = 0;
  st.tableCount = 0;
  st.claimCount = 0;
  for (let index: u32 = 0; index < ARM_L1_USER_ENTRIES; index++) {
    const table = st.table(index);
    table.cap = 0;
    table.mapping = 0;
  }
  slabInit(st.slabs, PAGING_BLOCK_SIZE, slabDefaultRefill);
  const err = slabGrow(st.slabs, blocks, bytes);
  return errIsFail(err) ? err : rangesInit(st, start);
}

/**
 * Sets up the domain's own address space. It is free after the part that the CPU driver mapped. It uses the default
 * slots, which start-up sets up later.
 */
export function pagingInit(): errval_t {
  debugPrintf("paging_init\n");
  const st = changetype<PagingState>(current);
  setCurrentPagingState(st);
  const slots = changetype<SlotAllocator>(domain.defaultSlots);
  const err = pagingInitState(st, INIT_SPACE_LIMIT, capVroot, slots, staticBlocks, STATIC_BYTES);
  return errIsFail(err) ? errPush(err, LIB_ERR_VSPACE_INIT) : err;
}
