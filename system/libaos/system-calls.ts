/**
 * One function for each system call that is not an invocation, and one function, `invoke`, for all invocations.
 *
 * Each returns an `errval_t`. If a call returns a value, it is in `Out.value`.
 */

import { LIB_ERR_CAP_INVOKE, SYS_ERR_SLOTS_INVALID } from "../kpi/errno";
import { errval_t } from "../kpi/errval";
import { syscall } from "../kpi/kernel";
import { CallWords, callWord, DebugCall, invokeWord, SysCall } from "../kpi/system-calls";
import { capAddr, capLevel, capref, isOwnCSpace, namesNothing } from "./capref";
import { Out } from "./out";

const ERROR_MASK: u64 = 0xffffffff;

/** Lets another dispatcher run. If there is none, the CPU driver waits. */
export function sysYield(): errval_t {
  return syscall(callWord(SysCall.YIELD, CallWords.YIELD), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) & ERROR_MASK;
}

/** Does nothing. It measures the cost of a system call. */
export function sysNop(): errval_t {
  return syscall(callWord(SysCall.NOP, 1), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) & ERROR_MASK;
}

/** Prints the `bytes` characters at `text` on the console. */
export function sysPrint(text: usize, bytes: u32): errval_t {
  return syscall(callWord(SysCall.PRINT, CallWords.PRINT), u32(text), bytes, 0, 0, 0, 0, 0, 0, 0, 0, 0) & ERROR_MASK;
}

/** Asks the question `code`, a `DebugCall`. -> Out.value */
export function sysDebug(code: u32, argument: u32 = 0): errval_t {
  const result = syscall(callWord(SysCall.DEBUG, CallWords.DEBUG), code, argument, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  Out.value = u32(result >> 32);
  return result & ERROR_MASK;
}

/** Ends the run of the machine with `status`. Does not return. */
export function sysExit(status: u32): void {
  sysDebug(DebugCall.EXIT, status);
}

/**
 * Invokes command `command` of a capability with up to ten arguments. `words` counts the words of the call as in
 * `CallWords`. A capability outside the caller's own CSpace is refused with `LIB_ERR_CAP_INVOKE`. -> Out.value
 */
export function invoke(
  cap: capref,
  words: u32,
  command: u32,
  a2: u32 = 0,
  a3: u32 = 0,
  a4: u32 = 0,
  a5: u32 = 0,
  a6: u32 = 0,
  a7: u32 = 0,
  a8: u32 = 0,
  a9: u32 = 0,
  a10: u32 = 0,
  a11: u32 = 0,
): errval_t {
  if (namesNothing(cap)) return SYS_ERR_SLOTS_INVALID;
  if (!isOwnCSpace(cap)) return LIB_ERR_CAP_INVOKE;
  const word0 = invokeWord(words, command, capLevel(cap));
  const result = syscall(word0, capAddr(cap), a2, a3, a4, a5, a6, a7, a8, a9, a10, a11);
  Out.value = u32(result >> 32);
  return result & ERROR_MASK;
}
