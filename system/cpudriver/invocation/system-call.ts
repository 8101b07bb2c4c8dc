/** Handles the system calls by number; `INVOKE` goes on to the invocation table. (Specification, section 4.1.) */
import { CapLevel } from "../../kpi/cspace";
import {
  SYS_ERR_CALLER_ENABLED,
  SYS_ERR_ILLEGAL_SYSCALL,
  SYS_ERR_INVALID_USER_BUFFER,
  SYS_ERR_INVALID_YIELD_TARGET,
  SYS_ERR_INVARGS_SYSCALL,
  SYS_ERR_OK,
} from "../../kpi/errno";
import { MdbInvariant } from "../../kpi/mdb-invariants";
import { ObjType } from "../../kpi/object-types";
import { syserr_t } from "../../kpi/syserr";
import {
  CallWords,
  callNumber,
  callWords,
  DebugCall,
  invokeCommand,
  invokeLevel,
  SysCall,
} from "../../kpi/system-calls";
import { CapRights } from "../../kpi/types";
import { consoleRead, consoleWrite, cycleCounter, halt, systemCallCount } from "../arch/armv7/hw";
import { lookupError } from "../cap/lookup";
import { idleForEver } from "../dispatch/idle";
import { kernel } from "../kernel-state";
import { checkMdb } from "../mdb/invariants";
import { bytesToPageEnd, NOWHERE, userToMem } from "../paging/user-buffer";
import { Arg, callerL1, lookupOfCaller, Result } from "./registers";
import { invoke } from "./table";

/** Carries out the system call in `Arg`; returns its error. */
export function handleSystemCall(): syserr_t {
  // biome-ignore format: one row a call
  switch (callNumber(Arg.word0)) {
    case SysCall.INVOKE: return callInvoke();
    case SysCall.YIELD: return callYield();
    case SysCall.DEBUG: return callDebug();
    case SysCall.NOP: return SYS_ERR_OK;
    case SysCall.PRINT: return callPrint();
    case SysCall.GETCHAR: return callGetchar();
    default: return SYS_ERR_ILLEGAL_SYSCALL;
  }
}

function callInvoke(): syserr_t {
  const count = callWords(Arg.word0);
  if (count < 2 || count > u32(CallWords.MAX)) return SYS_ERR_INVARGS_SYSCALL;
  const invoked = lookupOfCaller(Arg.word1, invokeLevel(Arg.word0), CapRights.READ);
  if (!invoked) return lookupError(SYS_ERR_OK);
  return invoke(invoked, invokeCommand(Arg.word0));
}

/**
 * Word: address of a dispatcher or end point to yield to, or 0 for any. No other program can run, and no interrupt can
 * wake this one, so a yield to any stops the machine.
 */
function callYield(): syserr_t {
  if (callWords(Arg.word0) != CallWords.YIELD) return SYS_ERR_INVARGS_SYSCALL;
  if (Arg.word1 != 0) {
    const target = lookupOfCaller(Arg.word1, CapLevel.L2, CapRights.READ);
    if (!target) return lookupError(SYS_ERR_OK);
    const type = target.type;
    return type == ObjType.Dispatcher || type == ObjType.EndPoint
      ? SYS_ERR_CALLER_ENABLED
      : SYS_ERR_INVALID_YIELD_TARGET;
  }
  idleForEver();
  return SYS_ERR_OK;
}

function invariantsAnswer(broken: MdbInvariant): u32 {
  return broken == MdbInvariant.HOLDS ? 1 : u32(-i32(broken));
}

/** Words: a `DebugCall` code, an argument. */
function callDebug(): syserr_t {
  if (callWords(Arg.word0) != CallWords.DEBUG) return SYS_ERR_INVARGS_SYSCALL;
  // biome-ignore format: one row a call
  switch (Arg.word1) {
    case DebugCall.EXIT: halt(Arg.word2); break;
    case DebugCall.COUNT_CAPS: Result.value = kernel.mdbCount; break;
    case DebugCall.COUNT_MAPPINGS: Result.value = kernel.liveMappings; break;
    case DebugCall.COUNT_CALLS: Result.value = systemCallCount(); break;
    case DebugCall.CYCLE_COUNTER: Result.value = u32(cycleCounter()); break;
    case DebugCall.CHECK_INVARIANTS: Result.value = invariantsAnswer(checkMdb()); break;
    case DebugCall.DROPPED_MEMORY: Result.value = u32(min(kernel.droppedBytes, u64(u32.MAX_VALUE))); break;
    default: return SYS_ERR_ILLEGAL_SYSCALL;
  }
  return SYS_ERR_OK;
}

/** Words: address and length of a text. Prints it up to the first zero byte, if it has one. */
function callPrint(): syserr_t {
  if (callWords(Arg.word0) != CallWords.PRINT) return SYS_ERR_INVARGS_SYSCALL;
  const l1 = callerL1();
  let address = Arg.word1;
  let left = Arg.word2;
  while (left != 0) {
    const part = min(left, bytesToPageEnd(address));
    const text = userToMem(l1, address, false);
    if (text == NOWHERE) return SYS_ERR_INVALID_USER_BUFFER;
    const length = lengthWithin(text, part);
    consoleWrite(text, length);
    if (length < part) break;
    address += part;
    left -= part;
  }
  return SYS_ERR_OK;
}

/** Number of characters before the first zero byte, at most `limit`. */
function lengthWithin(text: usize, limit: u32): u32 {
  let length: u32 = 0;
  while (length < limit && load<u8>(text + length) != 0) length++;
  return length;
}

/** Value: the next character, or 2^32-1 if the console has none. */
function callGetchar(): syserr_t {
  Result.value = u32(consoleRead());
  return SYS_ERR_OK;
}
