/** Converts between the model's slot numbers and the machine's slot addresses for the tiny system. */
import { OWN_ROOT, PAGE_CNODE_ENTRY, ROOT_OF_DRIVER, type Slot } from "../../../observe/traces/operation";
import { SETTING } from "./tiny-system";

const SLOT_BYTES = 64;
/** From here on, the model's numbers are physical addresses. */
const FIRST_ADDRESS = 0x10000;

/** The model's number for the slot in which init's dispatcher keeps its L1 table. No operation can reach it. */
export const SPACE_OF_DRIVER: Slot = 0xe002;

/** Physical addresses. */
export interface Places {
  /** First CNode of the driver. */
  readonly cnode: number;
  /** The root that the driver starts with. */
  readonly root: number;
  readonly pageCNode: number;
  /** Slots in the dispatcher and in the task CNode. */
  readonly rootInDispatcher: number;
  readonly rootInTask: number;
  readonly spaceInDispatcher: number;
}

export function addressOf(slot: Slot, places: Places): number {
  if (slot >= FIRST_ADDRESS) return slot;
  if (slot >= OWN_ROOT) return places.root + (slot - OWN_ROOT) * SLOT_BYTES;
  if (slot === SPACE_OF_DRIVER) return places.spaceInDispatcher;
  if (slot === ROOT_OF_DRIVER.dispatcher) return places.rootInDispatcher;
  if (slot === ROOT_OF_DRIVER.task) return places.rootInTask;
  if (slot >= SETTING.slots) throw new Error(`no slot has the number ${slot}`);
  return places.cnode + slot * SLOT_BYTES;
}

/** The model's number for a slot of start-up. */
export function startUpSlot(at: number, places: Places): Slot {
  return at === places.spaceInDispatcher ? SPACE_OF_DRIVER : at;
}

/** Whether a slot belongs to objects of the trace and not to start-up. */
export function isSlotOfTrace(slot: Slot, { pageCNode }: Places): boolean {
  const isStartUps = slot === SPACE_OF_DRIVER || (slot >= pageCNode && slot < pageCNode + 256 * SLOT_BYTES);
  return !isStartUps && slot !== OWN_ROOT + PAGE_CNODE_ENTRY;
}
