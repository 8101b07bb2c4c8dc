/** Create: it makes capabilities without a source (specification, section 4.13). Only IDs can be made this way. */
import type { SlotName, TypeWord } from "../../observe/traces/operation";
import type { CSpace } from "./cspace";
import { isTypeName } from "./object-types";
import { demand } from "./refusal";

export function create(space: CSpace, type: TypeWord, dst: SlotName): void {
  demand(isTypeName(type) && type !== "Null", "SYS_ERR_ILLEGAL_DEST_TYPE");
  const { holder, first, index, slots } = space.destination(dst, "SYS_ERR_DEST_CNODE_INVALID");
  demand(holder === "L2CNode", "SYS_ERR_DEST_CNODE_INVALID");
  demand(index < slots, "SYS_ERR_SLOTS_INVALID");
  demand(!space.caps.has(first), "SYS_ERR_SLOTS_IN_USE");
  demand(type === "ID", "SYS_ERR_TYPE_NOT_CREATABLE");
  space.caps.set(first, { type, base: 0, bytes: 0, eq: [0, space.nextId++] });
}
