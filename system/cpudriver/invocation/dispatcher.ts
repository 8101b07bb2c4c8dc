/** The invocations of a dispatcher: set-up and scheduling properties. (Specification of capabilities, section 4.13.) */
import { CapLevel } from "../../kpi/cspace";
import {
  SYS_ERR_DISP_CSPACE_INVALID,
  SYS_ERR_DISP_CSPACE_ROOT,
  SYS_ERR_DISP_FRAME,
  SYS_ERR_DISP_FRAME_INVALID,
  SYS_ERR_DISP_FRAME_SIZE,
  SYS_ERR_DISP_NOT_RUNNABLE,
  SYS_ERR_DISP_OCAP_LOOKUP,
  SYS_ERR_DISP_OCAP_TYPE,
  SYS_ERR_DISP_VSPACE_INVALID,
  SYS_ERR_DISP_VSPACE_ROOT,
  SYS_ERR_INVARGS_SYSCALL,
  SYS_ERR_OK,
  SYS_ERR_SLOT_IN_USE,
} from "../../kpi/errno";
import { ObjType, typeIsVRoot } from "../../kpi/object-types";
import { sysErrIsFail, sysErrPush, syserr_t } from "../../kpi/syserr";
import { CapRights, DISPATCHER_FRAME_SIZE } from "../../kpi/types";
import { commitCopy } from "../cap/copy";
import { Cte } from "../cap/cte";
import { lookupError, lookupSlot } from "../cap/lookup";
import { Dcb, dcbOf } from "../dispatch/dcb";
import { isLive, makeRunnable } from "../dispatch/schedule";
import { Arg, lookupOfCaller } from "./registers";

/** The capabilities that the words of a set-up name; null for a word of 0. */
class Setup {
  static cspace: Cte | null = null;
  static vspace: Cte | null = null;
  static frame: Cte | null = null;
  static other: Dcb | null = null;
}

/**
 * Words: root of the new CSpace and its level, VSpace root and dispatcher frame (addresses in the new CSpace), whether
 * to run, a dispatcher whose domain the new one joins. A word of 0 leaves its part as it is. An error changes nothing.
 */
export function invokeDispatcherSetup(invoked: Cte): syserr_t {
  const dcb = dcbOf(invoked);
  let err = checkSpaces(dcb);
  if (sysErrIsFail(err)) return err;
  err = checkRun(invoked, dcb);
  if (sysErrIsFail(err)) return err;

  if (Setup.cspace) commitCopy(changetype<Cte>(Setup.cspace), dcb.cspace);
  if (Setup.vspace) commitCopy(changetype<Cte>(Setup.vspace), dcb.vspace);
  if (Setup.frame) commitCopy(changetype<Cte>(Setup.frame), dcb.dispFrame);
  if (Setup.other) dcb.domainId = changetype<Dcb>(Setup.other).domainId;
  if (Arg.word6 != 0) {
    dcb.isDisabled = true;
    makeRunnable(dcb);
  }
  return SYS_ERR_OK;
}

/** Looks up and checks the CSpace root, then the VSpace root and the dispatcher frame in that CSpace. */
function checkSpaces(dcb: Dcb): syserr_t {
  Setup.cspace = null;
  Setup.vspace = null;
  Setup.frame = null;
  if (Arg.word2 != 0) {
    const cspace = lookupOfCaller(Arg.word2, Arg.word3, CapRights.READ);
    if (!cspace) return lookupError(SYS_ERR_DISP_CSPACE_ROOT);
    if (cspace.type != ObjType.L1CNode) return SYS_ERR_DISP_CSPACE_INVALID;
    if (!dcb.cspace.isEmpty) return sysErrPush(SYS_ERR_SLOT_IN_USE, SYS_ERR_DISP_CSPACE_ROOT);
    Setup.cspace = cspace;
  }
  const root = Setup.cspace !== null ? changetype<Cte>(Setup.cspace) : dcb.cspace;

  if (Arg.word4 != 0) {
    const vspace = lookupSlot(root, Arg.word4, CapLevel.L2, CapRights.WRITE);
    if (!vspace) return lookupError(SYS_ERR_DISP_VSPACE_ROOT);
    if (!typeIsVRoot(vspace.type)) return SYS_ERR_DISP_VSPACE_INVALID;
    if (!dcb.vspace.isEmpty) return sysErrPush(SYS_ERR_SLOT_IN_USE, SYS_ERR_DISP_VSPACE_ROOT);
    Setup.vspace = vspace;
  }
  if (Arg.word5 != 0) {
    const frame = lookupSlot(root, Arg.word5, CapLevel.L2, CapRights.READ_WRITE);
    if (!frame) return lookupError(SYS_ERR_DISP_FRAME);
    if (frame.type != ObjType.Frame) return SYS_ERR_DISP_FRAME_INVALID;
    if (frame.bytes < DISPATCHER_FRAME_SIZE) return SYS_ERR_DISP_FRAME_SIZE;
    if (!dcb.dispFrame.isEmpty) return sysErrPush(SYS_ERR_SLOT_IN_USE, SYS_ERR_DISP_FRAME);
    Setup.frame = frame;
  }
  return SYS_ERR_OK;
}

/** If the call asks to run, checks that the dispatcher is complete and not live. Then looks up the other dispatcher. */
function checkRun(invoked: Cte, dcb: Dcb): syserr_t {
  const complete =
    (Setup.cspace !== null || !dcb.cspace.isEmpty) &&
    (Setup.vspace !== null || !dcb.vspace.isEmpty) &&
    (Setup.frame !== null || !dcb.dispFrame.isEmpty);
  if (Arg.word6 != 0 && (!complete || isLive(dcb))) return SYS_ERR_DISP_NOT_RUNNABLE;

  Setup.other = null;
  if (Arg.word7 == 0) return SYS_ERR_OK;
  const other = lookupOfCaller(Arg.word7, CapLevel.L2, CapRights.READ);
  if (!other) return lookupError(SYS_ERR_DISP_OCAP_LOOKUP);
  if (other.type != ObjType.Dispatcher || other.base == invoked.base) return SYS_ERR_DISP_OCAP_TYPE;
  Setup.other = dcbOf(other);
  return SYS_ERR_OK;
}

/** Number of task types in `Properties`: real-time, soft real-time, best effort. */
const TASK_TYPES: u32 = 3;

/**
 * Words: task type, deadline, worst-case execution time, period, release, weight. The CPU driver stores them, but does
 * not use them: only one domain runs.
 */
export function invokeDispatcherProperties(invoked: Cte): syserr_t {
  // The execution time and the deadline of a real-time task are at most its period.
  const realTime = Arg.word2 == 0;
  if (Arg.word2 >= TASK_TYPES) return SYS_ERR_INVARGS_SYSCALL;
  if (realTime && (Arg.word5 == 0 || Arg.word4 > Arg.word5 || Arg.word3 > Arg.word5)) return SYS_ERR_INVARGS_SYSCALL;
  dcbOf(invoked).setProperties(Arg.word2, Arg.word7, Arg.word3, Arg.word4, Arg.word5, Arg.word6);
  return SYS_ERR_OK;
}
