/** Which commands a type knows, and what becomes of one that was meant for another type. */
import type { SlotName } from "../../observe/traces/operation";
import type { Slot } from "./capability";
import type { CSpace } from "./cspace";
import { isCNode, isFrame, isMapping, type TypeName } from "./object-types";
import { demand, refuse } from "./refusal";

/** Numbers of the commands; the same number means another thing to another type. */
function commandsOf(type: TypeName): readonly number[] {
  if (isCNode(type)) return [0, 1, 2, 3, 4, 5, 6, 7];
  if (isMapping(type)) return [0, 1];
  if (type === "VNode_ARM_l1" || type === "VNode_ARM_l2") return [0, 1, 2];
  if (type === "Dispatcher") return [0, 1, 2, 4, 5];
  if (type === "Kernel") return [1, 7, 33];
  if (type === "IRQTable") return [2, 3];
  return isFrame(type) || ["RAM", "KernelControlBlock", "ID"].includes(type) ? [0] : [];
}

/** Refuses a command whose words are those of another type's. */
export function demandType(fits: boolean, type: TypeName, command: number): void {
  if (fits) return;
  demand(type !== "EndPoint", "SYS_ERR_LMP_NO_TARGET");
  refuse(commandsOf(type).includes(command) ? "SYS_ERR_INVARGS_SYSCALL" : "SYS_ERR_ILLEGAL_INVOCATION");
}

/** The slot that is invoked, of a type for which `command` means what the caller meant. */
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
