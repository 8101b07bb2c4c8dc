/** What a library fixture needs of whatever it stands on: the CPU driver, or a stand-in for it. */
import { type ObjType, typeIsCNode, typeIsVNode } from "../../../system/kpi/object-types";
import { CNodeCmd, VNodeCmd } from "../../../system/kpi/system-calls";

export type Value = number | bigint;
export type Exports = Record<string, (...args: Value[]) => Value>;

/** Accounts of the kernel: what a failure must leave alone. */
export interface KernelAccounts {
  capabilities: number;
  mappings: number;
  /** Entries of page tables that are in use. */
  entries: number;
  /** Memory that no capability covers. */
  droppedBytes: number;
}

export interface Kernel {
  /** The functions of the program on it. */
  readonly lib: Exports;
  /** Asked before each call that would change something, by its name in `changeOf`; true: it is refused. */
  refuse: (change: string) => boolean;
  /** Where the program finds its arguments and its bootinfo. */
  readonly argumentsAddress: number;
  readonly bootinfoAddress: number;
  /** Words of the program's memory. */
  load(va: number): number;
  store(va: number, value: number): void;
  accounts(): KernelAccounts;
  /** Sentences about what is broken. */
  audit(): string[];
}

const CNODE_CHANGES: Record<number, string> = {
  [CNodeCmd.Copy]: "copy",
  [CNodeCmd.Retype]: "retype",
  [CNodeCmd.Delete]: "delete",
  [CNodeCmd.Revoke]: "revoke",
  [CNodeCmd.Resize]: "resize",
  [CNodeCmd.Create]: "create",
};

/** The name of a command that changes something, null of any other. */
export function changeOf(type: ObjType, command: number): string | null {
  if (typeIsCNode(type)) return CNODE_CHANGES[command] ?? null;
  return typeIsVNode(type) && command === VNodeCmd.Map ? "map" : null;
}
