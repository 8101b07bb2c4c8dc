/** The kinds of system calls: what the words of a call ask for. */
import { ObjType, typeIsCNode, typeIsMapping, typeIsVNode } from "../../system/kpi/object-types";
import {
  CNodeCmd,
  callNumber,
  DispatcherCmd,
  FrameCmd,
  IdCmd,
  IrqTableCmd,
  invokeCommand,
  KernelCmd,
  MappingCmd,
  SysCall,
  VNodeCmd,
} from "../../system/kpi/system-calls";

export const CALL_KINDS = [
  "retype",
  "copy",
  "mint",
  "delete",
  "revoke",
  "create",
  "get-state",
  "resize",
  "map",
  "unmap",
  "modify",
  "destroy",
  "identify",
  "identify-cap",
  "core-id",
  "platform",
  "dispatcher-setup",
  "dispatcher-properties",
  "perf-mon",
  "dump-page-tables",
  "dump-capabilities",
  "irq-set",
  "irq-delete",
  /** An invocation of a capability that does not exist, or that does not take the command. */
  "invoke",
  "yield",
  "debug",
  "nop",
  "print",
  "getchar",
  /** A number that the CPU driver does not know. */
  "unknown",
] as const;

export type CallKind = (typeof CALL_KINDS)[number];

const CNODE: Partial<Record<number, CallKind>> = {
  [CNodeCmd.Copy]: "copy",
  [CNodeCmd.Mint]: "mint",
  [CNodeCmd.Retype]: "retype",
  [CNodeCmd.Delete]: "delete",
  [CNodeCmd.DeleteExact]: "delete",
  [CNodeCmd.Revoke]: "revoke",
  [CNodeCmd.Create]: "create",
  [CNodeCmd.GetState]: "get-state",
  [CNodeCmd.Resize]: "resize",
};

const VNODE: Partial<Record<number, CallKind>> = {
  [VNodeCmd.Map]: "map",
  [VNodeCmd.Unmap]: "unmap",
  [VNodeCmd.Identify]: "identify",
};

const MAPPING: Partial<Record<number, CallKind>> = { [MappingCmd.Modify]: "modify", [MappingCmd.Destroy]: "destroy" };

const BY_TYPE: Partial<Record<number, Partial<Record<number, CallKind>>>> = {
  [ObjType.Frame]: { [FrameCmd.Identify]: "identify" },
  [ObjType.DevFrame]: { [FrameCmd.Identify]: "identify" },
  [ObjType.RAM]: { [FrameCmd.Identify]: "identify" },
  [ObjType.KernelControlBlock]: { [FrameCmd.Identify]: "identify" },
  [ObjType.ID]: { [IdCmd.Identify]: "identify" },
  [ObjType.Dispatcher]: {
    [DispatcherCmd.Setup]: "dispatcher-setup",
    [DispatcherCmd.Properties]: "dispatcher-properties",
    [DispatcherCmd.PerfMon]: "perf-mon",
    [DispatcherCmd.DumpPTables]: "dump-page-tables",
    [DispatcherCmd.DumpCapabilities]: "dump-capabilities",
  },
  [ObjType.Kernel]: {
    [KernelCmd.Identify_cap]: "identify-cap",
    [KernelCmd.Get_core_id]: "core-id",
    [KernelCmd.Get_platform]: "platform",
  },
  [ObjType.IRQTable]: { [IrqTableCmd.Set]: "irq-set", [IrqTableCmd.Delete]: "irq-delete" },
};

const BY_NUMBER: Partial<Record<number, CallKind>> = {
  [SysCall.YIELD]: "yield",
  [SysCall.DEBUG]: "debug",
  [SysCall.NOP]: "nop",
  [SysCall.PRINT]: "print",
  [SysCall.GETCHAR]: "getchar",
};

function commandsOf(type: ObjType): Partial<Record<number, CallKind>> {
  if (typeIsCNode(type)) return CNODE;
  if (typeIsVNode(type)) return VNODE;
  if (typeIsMapping(type)) return MAPPING;
  return BY_TYPE[type] ?? {};
}

/** The kind of a call. `invoked` is the type of the invoked capability; null if the call invokes none. */
export function kindOf(word0: number, invoked: ObjType | null): CallKind {
  const number = callNumber(word0);
  if (number !== SysCall.INVOKE) return BY_NUMBER[number] ?? "unknown";
  return (invoked === null ? undefined : commandsOf(invoked)[invokeCommand(word0)]) ?? "invoke";
}
