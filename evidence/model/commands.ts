/** The commands of each type, and the errors for commands that were meant for another type. */
import type { SlotName } from "../../observe/traces/operation";
import type { Slot } from "./capability";
import type { CSpace } from "./cspace";
import { isCNode, isFrame, isMapping, type TypeName } from "./object-types";
import { demand, refuse } from "./refusal";

/** Numbers of a type's commands. The same number has different meanings for different types. */
function commandsOf(type: TypeName): readonly number[] {
  if (isCNode(type)) return [0, 1, 2, 3, 4, 5, 6, 7];
  if (isMapping(type)) return [0, 1];
  if (type === "VNode_ARM_l1" || type === "VNode_ARM_l2") return [0, 1, 2];
  if (type === "Dispatcher") return [0, 1, 2, 4, 5];
  if (type === "Kernel") return [1, 7, 33];
  if (type === "IRQTable") return [2, 3];
  return isFrame(type) || ["RAM", "KernelControlBlock", "ID"].includes(type) ? [0] : [];
}

/** Refuses a command whose words belong to another type. */
export function demandType(fits: boolean, type: TypeName, command: number): void {
  if (fits) return;
  demand(type !== "EndPoint", "SYS_ERR_LMP_NO_TARGET");
  refuse(commandsOf(type).includes(command) ? "SYS_ERR_INVARGS_SYSCALL" : "SYS_ERR_ILLEGAL_INVOCATION");
}

/** Finds the invoked slot. Its type must be one for which `command` has the meaning that the caller expects. */
export function lookupInvoked(
  space: CSpace,
  name: SlotName,
  command: number,
  knows: (type: TypeName) => boolean,
): Slot {
  const slot = space.own(name);
  const { type } = space.at(slot)!;
  demandType(knows(type), type, command);
  return slot;
}
