/** CNodes are memory that holds capability slots. This file finds the slots of a CNode. */
import { ObjType } from "../../kpi/object-types";
import { L2_CNODE_SLOTS, OBJBITS_CTE } from "../../kpi/types";
import { localPhysToMem } from "../arch/armv7/phys";
import { Cte, cteAt } from "./cte";

const SLOTS_IN_KIB: u32 = 1024 >> OBJBITS_CTE;

/** Number of slots in an L1CNode. */
export function l1CNodeSlots(cnode: Cte): u32 {
  return (cnode.endKiB - cnode.key) * SLOTS_IN_KIB;
}

/** Number of slots in a CNode; 0 for every other type. */
export function cnodeSlots(cnode: Cte): u32 {
  // biome-ignore format: one row a type
  switch (cnode.type) {
    case ObjType.L1CNode: return l1CNodeSlots(cnode);
    case ObjType.L2CNode: return L2_CNODE_SLOTS;
    default: return 0;
  }
}

/** Slot `index` of a CNode. `index` must be below `cnodeSlots`. */
export function cnodeSlot(cnode: Cte, index: u32): Cte {
  return cteAt(localPhysToMem(cnode.address), index);
}
