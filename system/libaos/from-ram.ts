/**
 * Turns RAM into an object. The RAM capability is deleted, and the object's capability remains. On failure the RAM is
 * freed and the destination stays empty.
 */
import { LIB_ERR_CAP_DESTROY, LIB_ERR_CAP_RETYPE, SYS_ERR_OK } from "../kpi/errno";
import { errIsFail, errPush, errval_t } from "../kpi/errval";
import { capDestroy } from "./cap-destroy";
import { capDelete, capRetype } from "./capabilities";
import { capref } from "./capref";
import { ramFree } from "./ram-alloc";

/** Makes one object from all of `ram`, in the empty slot `dest`. */
export function objectFromRam(dest: capref, ram: capref, type: u32, bytes: u64): errval_t {
  const err = capRetype(dest, ram, 0, type, bytes, 1);
  if (errIsFail(err)) {
    ramFree(ram);
    return errPush(err, LIB_ERR_CAP_RETYPE);
  }
  return ramUsedUp(dest, ram);
}

/** Destroys the capability of the RAM from which the object in `dest` was made. */
export function ramUsedUp(dest: capref, ram: capref): errval_t {
  const err = capDestroy(ram);
  if (!errIsFail(err)) return SYS_ERR_OK;
  capDelete(dest);
  ramFree(ram);
  return errPush(err, LIB_ERR_CAP_DESTROY);
}
