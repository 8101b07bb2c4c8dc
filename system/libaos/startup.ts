/**
 * Sets up the library before `main` runs. Each step needs the steps before it. (Specification of the memory libraries,
 * section 6.1.)
 */
import { LIB_ERR_RAM_ALLOC_SET, LIB_ERR_SLOT_ALLOC_INIT, SYS_ERR_OK } from "../kpi/errno";
import { errIsFail, errPush, errval_t } from "../kpi/errval";
import { SpawnArgs } from "../kpi/init-space";
import { BASE_PAGE_SIZE } from "../kpi/types";
import { domain } from "./domain";
import { SlabLayout } from "./layout/slab-layout";
import { pagingInit } from "./paging/init";
import { ramAllocFixed, ramAllocInit, ramAllocSet } from "./ram-alloc";
import { Slabs } from "./slab";
import { slabRefillPages } from "./slab-refill";
import { slotAllocInit, slotAllocPublish } from "./slot/init";

/** The refill function of most allocators. It adds one page, or as many pages as one block needs. */
export function slabRefillDefault(slabs: usize): errval_t {
  const allocator = changetype<Slabs>(slabs);
  return slabRefillPages(allocator, max<u32>(BASE_PAGE_SIZE, allocator.blockSize + SlabLayout.SIZE));
}

/** Makes the library ready for use. `args` is the address of the argument structure. */
export function libraryInit(args: u32): errval_t {
  domain.arguments = args;
  domain.name = load<u32>(args + SpawnArgs.ARGV);
  domain.coreId = 0;
  domain.defaultRefill = slabRefillDefault;
  // RAM: no allocator at first, then the pages that the CPU driver left for start-up.
  ramAllocInit();
  let err = ramAllocSet(ramAllocFixed);
  if (errIsFail(err)) return errPush(err, LIB_ERR_RAM_ALLOC_SET);
  // The address space, which uses the default slots.
  slotAllocPublish();
  err = pagingInit();
  if (errIsFail(err)) return err;
  // Slots.
  err = slotAllocInit();
  return errIsFail(err) ? errPush(err, LIB_ERR_SLOT_ALLOC_INIT) : SYS_ERR_OK;
}
