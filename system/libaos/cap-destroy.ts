/** Functions that delete a capability and free its slot. */
import { LIB_ERR_WHILE_FREEING_SLOT, SYS_ERR_CAP_NOT_FOUND, SYS_ERR_OK } from "../kpi/errno";
import { errIsFail, errNo, errPush, errval_t } from "../kpi/errval";
import { capDelete } from "./capabilities";
import { capref } from "./capref";
import { slotFree } from "./slot/root";

/**
 * Deletes a capability and frees its slot. If it is the last capability of an object, the object is gone: its mappings
 * are undone, and its memory can be retyped again by the holder of the capability that it was made from.
 *
 * @returns SYS_ERR_OK; an error of `capDelete`, and then the slot stays allocated; `LIB_ERR_WHILE_FREEING_SLOT`, with
 * the error of `slotFree`, and then the capability is gone
 * @example
 * const err = frameAlloc(4096);
 * if (errIsFail(err)) return err;
 * return capDestroy(Out.cap);
 */
export function capDestroy(cap: capref): errval_t {
  const deleted = capDelete(cap);
  if (errIsFail(deleted)) return deleted;
  const freed = slotFree(cap);
  return errIsFail(freed) ? errPush(freed, LIB_ERR_WHILE_FREEING_SLOT) : freed;
}

/** Deletes the capability in a slot. An empty slot is no error: another deletion or revocation may have emptied it. */
export function capDeleteIfAny(cap: capref): errval_t {
  const deleted = capDelete(cap);
  return errIsFail(deleted) && errNo(deleted) != u32(SYS_ERR_CAP_NOT_FOUND) ? deleted : SYS_ERR_OK;
}

/** Does the same as `capDeleteIfAny` and then frees the slot. */
export function capDestroyIfAny(cap: capref): errval_t {
  const deleted = capDeleteIfAny(cap);
  if (errIsFail(deleted)) return deleted;
  const freed = slotFree(cap);
  return errIsFail(freed) ? errPush(freed, LIB_ERR_WHILE_FREEING_SLOT) : freed;
}
