/**
 * The words and the result of the current system call.
 *
 * Handlers read their arguments here, so that no function has to pass twelve words on. The words are valid during the
 * call only.
 */
import { CapLevel } from "../../kpi/cspace";
import { invokeLevel } from "../../kpi/system-calls";
import { CapRights } from "../../kpi/types";
import { Cte } from "../cap/cte";
import { lookupSlot } from "../cap/lookup";
import { currentDcb } from "../dispatch/schedule";

export class Arg {
  static word0: u32 = 0;
  static word1: u32 = 0;
  static word2: u32 = 0;
  static word3: u32 = 0;
  static word4: u32 = 0;
  static word5: u32 = 0;
  static word6: u32 = 0;
  static word7: u32 = 0;
  static word8: u32 = 0;
  static word9: u32 = 0;
  static word10: u32 = 0;
  static word11: u32 = 0;
}

/** The value that a call returns with its error. */
export class Result {
  static value: u32 = 0;
}

/** Root of the caller's CSpace. */
export function callerRoot(): Cte {
  return currentDcb().cspace;
}

/** Physical address of the caller's L1 table, through which its pointers are translated. */
export function callerL1(): u32 {
  return u32(currentDcb().vspace.base);
}

/** Looks up a capability in the caller's CSpace. Like `lookupSlot`. */
export function lookupOfCaller(address: u32, level: u32, rights: u32): Cte | null {
  return lookupSlot(callerRoot(), address, level, rights);
}

/**
 * Looks up the root CNode at address `croot`, with the right to read. Usually it is the invoked one, which needs no second
 * look-up.
 */
export function lookupRoot(invoked: Cte, croot: u32): Cte | null {
  const isInvoked = croot == Arg.word1 && invokeLevel(Arg.word0) == CapLevel.L2;
  return isInvoked ? invoked : lookupOfCaller(croot, CapLevel.L2, CapRights.READ);
}
