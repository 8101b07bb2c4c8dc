/** Makes L2 page tables. */
import { LIB_ERR_SLOT_ALLOC, SYS_ERR_OK } from "../../kpi/errno";
import { errIsFail, errPush, errval_t } from "../../kpi/errval";
import { ObjType } from "../../kpi/object-types";
import { Out } from "../out";
import { ramAllocForLibraryBegin, ramAllocForLibraryEnd } from "../ram-alloc";
import { slotAllocatorAlloc } from "../slot/allocator";
import { slotFree } from "../slot/root";
import { vnodeCreate } from "../vnode";
import { PagingState } from "./state";

/**
 * Makes an empty L2 table in a slot that it allocates. The table has no effect until `vnodeMap` puts it into an entry of
 * the L1 table. Its memory comes from `ramAlloc`. -> Out.cap
 *
 * @returns SYS_ERR_OK; `LIB_ERR_SLOT_ALLOC`; `LIB_ERR_RAM_ALLOC` or `LIB_ERR_CAP_RETYPE`, with the cause
 * @example
 * const err = arml2Alloc(st);
 * if (errIsFail(err)) return err;
 * const table = Out.cap;
 */
export function arml2Alloc(st: PagingState): errval_t {
  let err = slotAllocatorAlloc(st.slots);
  if (errIsFail(err)) return errPush(err, LIB_ERR_SLOT_ALLOC);
  const slot = Out.cap;
  ramAllocForLibraryBegin();
  err = vnodeCreate(slot, ObjType.VNode_ARM_l2);
  ramAllocForLibraryEnd();
  if (errIsFail(err)) {
    slotFree(slot);
    return err;
  }
  Out.cap = slot;
  return SYS_ERR_OK;
}
