/**
 * The invocation table chooses the handler of an invocation by the capability's type and the command.
 *
 * A handler reads its words from `Arg`. The table gives the number of words next to each handler, and refuses a call
 * with any other number with SYS_ERR_INVARGS_SYSCALL.
 */
import {
  SYS_ERR_ILLEGAL_INVOCATION,
  SYS_ERR_INVARGS_SYSCALL,
  SYS_ERR_LMP_NO_TARGET,
  SYS_ERR_OK,
  SYS_ERR_PERFMON_NOT_AVAILABLE,
} from "../../kpi/errno";
import { ObjType, typeIsMapping } from "../../kpi/object-types";
import { syserr_t } from "../../kpi/syserr";
import {
  CallWords,
  CNodeCmd,
  callWords,
  DispatcherCmd,
  FrameCmd,
  IdCmd,
  IrqTableCmd,
  KernelCmd,
  MappingCmd,
  VNodeCmd,
} from "../../kpi/system-calls";
import { Cte } from "../cap/cte";
import { dumpCapabilities, dumpPageTables } from "../debug/dump";
import { LOG_DEBUG, log } from "../debug/log";
import {
  invokeCopy,
  invokeCreate,
  invokeDelete,
  invokeDeleteExact,
  invokeGetState,
  invokeMint,
  invokeResize,
  invokeRetype,
  invokeRevoke,
} from "./cnode";
import { invokeDispatcherProperties, invokeDispatcherSetup } from "./dispatcher";
import { invokeIdentifyCap, invokeIdentifyFrame, invokeIdentifyId, invokeIdentifyVNode } from "./identify";
import { invokeIrqDelete, invokeIrqSet } from "./irq";
import { Arg, Result } from "./registers";
import { invokeDestroyMapping, invokeMap, invokeModify, invokeUnmap } from "./vnode";

/** Does the call have the expected number of words? */
function words(expected: u32): bool {
  return callWords(Arg.word0) == expected;
}

export function invoke(invoked: Cte, command: u32): syserr_t {
  switch (invoked.type) {
    case ObjType.L1CNode:
    case ObjType.L2CNode:
      return invokeCNode(invoked, command);
    case ObjType.VNode_ARM_l1:
    case ObjType.VNode_ARM_l2:
      return invokeVNode(invoked, command);
    case ObjType.Frame:
    case ObjType.DevFrame:
    case ObjType.RAM:
    case ObjType.KernelControlBlock:
      if (command != FrameCmd.Identify) break;
      return words(CallWords.Identify) ? invokeIdentifyFrame(invoked) : SYS_ERR_INVARGS_SYSCALL;
    case ObjType.Dispatcher:
      return invokeDispatcher(invoked, command);
    case ObjType.Kernel:
      return invokeKernel(invoked, command);
    case ObjType.IRQTable:
      return invokeIrqTable(invoked, command);
    case ObjType.ID:
      if (command != IdCmd.Identify) break;
      return words(2) ? invokeIdentifyId(invoked) : SYS_ERR_INVARGS_SYSCALL;
    case ObjType.EndPoint:
      // Messages need a second domain. Only one exists yet, so no end point has a receiver.
      return SYS_ERR_LMP_NO_TARGET;
    default:
      if (typeIsMapping(invoked.type)) return invokeMapping(invoked, command);
  }
  return illegal(invoked, command);
}

function illegal(invoked: Cte, command: u32): syserr_t {
  log(LOG_DEBUG, "Bad invocation type %d cmd %d", invoked.type, command);
  return SYS_ERR_ILLEGAL_INVOCATION;
}

function invokeCNode(invoked: Cte, command: u32): syserr_t {
  // biome-ignore format: one row a command
  switch (command) {
    case CNodeCmd.Copy: return words(CallWords.Copy) ? invokeCopy(invoked) : SYS_ERR_INVARGS_SYSCALL;
    case CNodeCmd.Mint: return words(CallWords.Mint) ? invokeMint(invoked) : SYS_ERR_INVARGS_SYSCALL;
    case CNodeCmd.Retype: return words(CallWords.Retype) ? invokeRetype(invoked) : SYS_ERR_INVARGS_SYSCALL;
    case CNodeCmd.Delete: return words(CallWords.Delete) ? invokeDelete(invoked) : SYS_ERR_INVARGS_SYSCALL;
    case CNodeCmd.DeleteExact: return words(CallWords.DeleteExact) ? invokeDeleteExact(invoked) : SYS_ERR_INVARGS_SYSCALL;
    case CNodeCmd.Revoke: return words(CallWords.Revoke) ? invokeRevoke(invoked) : SYS_ERR_INVARGS_SYSCALL;
    case CNodeCmd.Create: return words(CallWords.Create) ? invokeCreate(invoked) : SYS_ERR_INVARGS_SYSCALL;
    case CNodeCmd.GetState: return words(CallWords.GetState) ? invokeGetState(invoked) : SYS_ERR_INVARGS_SYSCALL;
    case CNodeCmd.Resize: return words(CallWords.Resize) ? invokeResize(invoked) : SYS_ERR_INVARGS_SYSCALL;
    default: return illegal(invoked, command);
  }
}

function invokeVNode(invoked: Cte, command: u32): syserr_t {
  // biome-ignore format: one row a command
  switch (command) {
    case VNodeCmd.Map: return words(CallWords.Map) ? invokeMap(invoked) : SYS_ERR_INVARGS_SYSCALL;
    case VNodeCmd.Unmap: return words(CallWords.Unmap) ? invokeUnmap(invoked) : SYS_ERR_INVARGS_SYSCALL;
    case VNodeCmd.Identify: return words(CallWords.Identify) ? invokeIdentifyVNode(invoked) : SYS_ERR_INVARGS_SYSCALL;
    default: return illegal(invoked, command);
  }
}

function invokeMapping(invoked: Cte, command: u32): syserr_t {
  // biome-ignore format: one row a command
  switch (command) {
    case MappingCmd.Modify: return words(CallWords.Modify) ? invokeModify(invoked) : SYS_ERR_INVARGS_SYSCALL;
    case MappingCmd.Destroy: return words(CallWords.Destroy) ? invokeDestroyMapping(invoked) : SYS_ERR_INVARGS_SYSCALL;
    default: return illegal(invoked, command);
  }
}

function invokeDispatcher(invoked: Cte, command: u32): syserr_t {
  switch (command) {
    case DispatcherCmd.Setup:
      return words(CallWords.DispatcherSetup) ? invokeDispatcherSetup(invoked) : SYS_ERR_INVARGS_SYSCALL;
    case DispatcherCmd.Properties:
      return words(CallWords.DispatcherProperties) ? invokeDispatcherProperties(invoked) : SYS_ERR_INVARGS_SYSCALL;
    case DispatcherCmd.PerfMon:
      return words(CallWords.PerfMon) ? SYS_ERR_PERFMON_NOT_AVAILABLE : SYS_ERR_INVARGS_SYSCALL;
    case DispatcherCmd.DumpPTables:
      if (!words(CallWords.Dump)) return SYS_ERR_INVARGS_SYSCALL;
      dumpPageTables(invoked);
      return SYS_ERR_OK;
    case DispatcherCmd.DumpCapabilities:
      if (!words(CallWords.Dump)) return SYS_ERR_INVARGS_SYSCALL;
      dumpCapabilities(invoked);
      return SYS_ERR_OK;
    default:
      return illegal(invoked, command);
  }
}

function invokeIrqTable(invoked: Cte, command: u32): syserr_t {
  // biome-ignore format: one row a command
  switch (command) {
    case IrqTableCmd.Set: return words(CallWords.IrqSet) ? invokeIrqSet(invoked) : SYS_ERR_INVARGS_SYSCALL;
    case IrqTableCmd.Delete: return words(CallWords.IrqDelete) ? invokeIrqDelete(invoked) : SYS_ERR_INVARGS_SYSCALL;
    default: return illegal(invoked, command);
  }
}

/** Platform number of this machine: a PandaBoard or a machine that behaves like one. */
const PLATFORM_ARMV7: u32 = 0;

function invokeKernel(invoked: Cte, command: u32): syserr_t {
  switch (command) {
    case KernelCmd.Identify_cap:
      return words(CallWords.IdentifyCap) ? invokeIdentifyCap(invoked) : SYS_ERR_INVARGS_SYSCALL;
    case KernelCmd.Get_core_id:
      if (!words(CallWords.CoreId)) return SYS_ERR_INVARGS_SYSCALL;
      Result.value = 0;
      return SYS_ERR_OK;
    case KernelCmd.Get_platform:
      if (!words(CallWords.CoreId)) return SYS_ERR_INVARGS_SYSCALL;
      Result.value = PLATFORM_ARMV7;
      return SYS_ERR_OK;
    default:
      return illegal(invoked, command);
  }
}
