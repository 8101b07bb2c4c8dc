/**
 * Functions that make dispatchers, end points, device frames and identifiers. -> Out.cap if the function chooses the
 * slot
 */
import {
  LIB_ERR_CAP_RETYPE,
  LIB_ERR_ENDPOINT_CREATE,
  LIB_ERR_RAM_ALLOC,
  LIB_ERR_SLOT_ALLOC,
  SYS_ERR_OK,
} from "../kpi/errno";
import { errIsFail, errPush, errval_t } from "../kpi/errval";
import { ObjType } from "../kpi/object-types";
import { OBJSIZE_DISPATCHER } from "../kpi/types";
import { capCreate, capRetype } from "./capabilities";
import { capref } from "./capref";
import { objectFromRam } from "./from-ram";
import { Out } from "./out";
import { ramAlloc } from "./ram-alloc";
import { slotAlloc } from "./slot/default";
import { slotFree } from "./slot/root";
import { capDispatcher } from "./well-known";

/** Makes a dispatcher in the empty slot `dest`. */
export function dispatcherCreate(dest: capref): errval_t {
  const err = ramAlloc(OBJSIZE_DISPATCHER);
  if (errIsFail(err)) return errPush(err, LIB_ERR_RAM_ALLOC);
  return objectFromRam(dest, Out.cap, ObjType.Dispatcher, OBJSIZE_DISPATCHER);
}

function retypeIntoSlot(source: capref, type: u32, bytes: u64): errval_t {
  let err = slotAlloc();
  if (errIsFail(err)) return errPush(err, LIB_ERR_SLOT_ALLOC);
  const slot = Out.cap;
  err = capRetype(slot, source, 0, type, bytes, 1);
  if (errIsFail(err)) {
    slotFree(slot);
    return errPush(err, LIB_ERR_CAP_RETYPE);
  }
  Out.cap = slot;
  return SYS_ERR_OK;
}

/** Makes an end point of the caller's dispatcher. It can receive after a minted copy names a buffer. -> Out.cap */
export function endpointCreate(): errval_t {
  const err = retypeIntoSlot(capDispatcher, ObjType.EndPoint, 0);
  return errIsFail(err) ? errPush(err, LIB_ERR_ENDPOINT_CREATE) : err;
}

/** Makes a device frame from the first `bytes` bytes of a PhysAddr or DevFrame capability. -> Out.cap */
export function devframeType(source: capref, bytes: u64): errval_t {
  return retypeIntoSlot(source, ObjType.DevFrame, bytes);
}

/** Makes an ID capability with a new identifier. -> Out.cap */
export function idcapAlloc(): errval_t {
  let err = slotAlloc();
  if (errIsFail(err)) return errPush(err, LIB_ERR_SLOT_ALLOC);
  const slot = Out.cap;
  err = capCreate(slot, ObjType.ID, 0);
  if (errIsFail(err)) {
    slotFree(slot);
    return err;
  }
  Out.cap = slot;
  return SYS_ERR_OK;
}
