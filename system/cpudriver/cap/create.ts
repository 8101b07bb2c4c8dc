/** Makes objects: prepares their memory, fills their slots and enters these in the mapping database. Cannot fail. */
import { ObjType, typeIsVNode } from "../../kpi/object-types";
import { localPhysToMem } from "../arch/armv7/phys";
import { kernelAssert } from "../debug/panic";
import { mdbInsert } from "../mdb/tree";
import { Cte, cteAt } from "./cte";

/**
 * Must the memory of a new object be zero? Frames must, so that no program reads another program's old data. The other
 * types here must because zero bytes are a valid object (empty slots, invalid entries).
 */
export function typeNeedsZeroes(type: i32): bool {
  switch (type) {
    case ObjType.Frame:
    case ObjType.L1CNode:
    case ObjType.L2CNode:
    case ObjType.Dispatcher:
    case ObjType.KernelControlBlock:
      return true;
    default:
      return typeIsVNode(type);
  }
}

/** Clears the memory of new objects if their type needs it. */
export function zeroObjects(type: i32, base: u64, bytes: u64): void {
  if (typeNeedsZeroes(type)) memory.fill(localPhysToMem(u32(base)), 0, usize(bytes));
}

/**
 * Fills `count` empty slots, beginning with `first`, with capabilities of consecutive objects of `objectBytes` each.
 * Leaves the memory as it is. `neighbour` is the slot that probably comes before them in the order of the mapping
 * database, if the caller knows it.
 */
export function createCaps(
  type: i32,
  base: u64,
  objectBytes: u64,
  count: u32,
  first: Cte,
  neighbour: Cte | null = null,
): void {
  let previous = neighbour;
  for (let i: u32 = 0; i < count; i++) {
    const cte = cteAt(changetype<usize>(first), i);
    kernelAssert(cte.isEmpty, "create: the slot is in use");
    cte.fill(type, base + u64(i) * objectBytes, objectBytes);
    mdbInsert(cte, previous);
    previous = cte;
  }
}
