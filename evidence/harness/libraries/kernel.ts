/** The interface between a library fixture and its kernel: the CPU driver, or a replacement for it. */
import { type ObjType, typeIsCNode, typeIsVNode } from "../../../system/kpi/object-types";
import { CNodeCmd, VNodeCmd } from "../../../system/kpi/system-calls";

export type Value = number | bigint;
export type Exports = Record<string, (...args: Value[]) => Value>;

/** Accounts of the kernel. A call that fails must not change them. */
export interface KernelAccounts {
  capabilities: number;
  mappings: number;
  /** Number of page-table entries in use. */
  entries: number;
  /** Memory without a capability, in bytes. */
  droppedBytes: number;
}

export interface Kernel {
  /** The functions of the program. */
  readonly lib: Exports;
  /**
   * Called before each call that would change something, with its name from `changeOf`. If it returns true, the call is
   * refused.
   */
  refuse: (change: string) => boolean;
  /** Where the program finds its arguments and its bootinfo. */
  readonly argumentsAddress: number;
  readonly bootinfoAddress: number;
  /** Reads and writes words of the program's memory. */
  load(va: number): number;
  store(va: number, value: number): void;
  accounts(): KernelAccounts;
  /** Returns one message for each violation. */
  audit(): string[];
}

const CNODE_CHANGES: Record<number, string> = {
  [CNodeCmd.Copy]: "copy",
  [CNodeCmd.Retype]: "retype",
  [CNodeCmd.Delete]: "delete",
  [CNodeCmd.DeleteExact]: "delete",
  [CNodeCmd.Revoke]: "revoke",
  [CNodeCmd.Resize]: "resize",
  [CNodeCmd.Create]: "create",
};

/** The name of a command that changes something; null for any other command. */
export function changeOf(type: ObjType, command: number): string | null {
  if (typeIsCNode(type)) return CNODE_CHANGES[command] ?? null;
  return typeIsVNode(type) && command === VNodeCmd.Map ? "map" : null;
}
