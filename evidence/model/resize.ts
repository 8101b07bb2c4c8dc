/** Resize: replaces the root of the driver's CSpace (specification, section 4.9). */
import {
  type ResizeRequest,
  ROOT_OF_DRIVER,
  type Slot,
  type SlotName,
  type SlotPath,
} from "../../observe/traces/operation";
import { isCopy } from "./capability";
import { demandType } from "./commands";
import { type CSpace, entryIn, L2_SLOTS, slotIn } from "./cspace";
import { isCNode, SLOT_BYTES } from "./object-types";
import { demand } from "./refusal";

const RESIZE = 7;

export function resize(space: CSpace, { invoked, root, dst }: ResizeRequest): void {
  const old = invoked === null ? space.driverRoot! : space.lookup(invoked);
  demandType(isCNode(old.type), old.type, RESIZE);
  demand(old.type === "L1CNode", "SYS_ERR_RESIZE_NOT_L1");
  const next = space.lookup(root);
  demand(next.type === "L1CNode", "SYS_ERR_INVALID_SOURCE_TYPE");
  const place = placeOf(space, dst);

  const { driverRoot } = space;
  demand(isCopy(old, driverRoot!), "SYS_ERR_CNODE_TYPE");
  demand(!isCopy(next, driverRoot!), "SYS_ERR_SLOTS_IN_USE");
  demand(next.bytes >= driverRoot!.bytes, "SYS_ERR_INVALID_SIZE");
  const entries = next.bytes / SLOT_BYTES;
  const isEmpty = !Array.from({ length: entries }, (_, i) => slotIn(next, i)).some((slot) => space.caps.has(slot));
  demand(isEmpty, "SYS_ERR_SLOTS_IN_USE");

  for (let i = 0; i < driverRoot!.bytes / SLOT_BYTES; i++) {
    const slot = slotIn(driverRoot!, i);
    const cap = space.at(slot);
    if (cap === undefined) continue;
    space.caps.delete(slot);
    space.caps.set(slotIn(next, entryIn(driverRoot!, slot)), cap);
  }
  space.caps.set(place, driverRoot!);
  for (const slot of Object.values(ROOT_OF_DRIVER)) space.caps.set(slot, next);
}

/** The destination slot, which must be empty and in one of the driver's CNodes. */
function placeOf(space: CSpace, dst: SlotName): Slot {
  const slot = typeof dst === "number" ? flatPlace(space, dst) : pathPlace(space, dst);
  demand(!space.caps.has(slot), "SYS_ERR_SLOT_IN_USE");
  return slot;
}

function flatPlace(space: CSpace, slot: Slot): Slot {
  demand(slot < space.cnodes * L2_SLOTS, "SYS_ERR_CAP_NOT_FOUND");
  return slot;
}

function pathPlace(space: CSpace, { cnode, slot = 0 }: SlotPath): Slot {
  const holder = space.lookup({ cnode });
  demand(holder.type === "L2CNode", "SYS_ERR_DEST_TYPE_INVALID");
  demand(slot < holder.bytes / SLOT_BYTES, "SYS_ERR_SLOTS_INVALID");
  return slotIn(holder, slot);
}
