/** Makes objects: prepares their memory, fills their slots and enters these in the mapping database. Cannot fail. */
import { ObjType, typeIsVNode } from "../../kpi/object-types";
import { localPhysToMem } from "../arch/armv7/phys";
import { kernelAssert } from "../debug/panic";
import { mdbInsertRun } from "../mdb/bulk";
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
  kernelAssert(first.isEmpty, "create: the slot is in use");
  first.fill(type, base, objectBytes);
  const slots = changetype<usize>(first);
  for (let i: u32 = 1; i < count; i++) {
    const cte = cteAt(slots, i);
    kernelAssert(cte.isEmpty, "create: the slot is in use");
    cte.fillLike(first, base + u64(i) * objectBytes);
  }
  mdbInsert(first, neighbour);
  if (count == 1) return;
  // Mappings of the source, which begin at its first byte, may come between the first object and the second.
  const second = cteAt(slots, 1);
  mdbInsert(second, first);
  if (count > 2) mdbInsertRun(changetype<usize>(cteAt(slots, 2)), count - 2, second);
}
