/** Makes objects: prepares their memory, fills their slots and enters these in the mapping database. Cannot fail. */
import { ObjType, typeIsVNode } from "../../kpi/object-types";
import { localPhysToMem } from "../arch/armv7/phys";
import { kernelAssert } from "../debug/panic";
import { mdbInsertRun } from "../mdb/bulk";
import { mdbInsert } from "../mdb/tree";
import { Cte, cteAt, inKiB, keyOf } from "./cte";

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
export function zeroObjects(type: i32, address: u32, bytes: u32): void {
  if (typeNeedsZeroes(type)) memory.fill(localPhysToMem(address), 0, bytes);
}

/**
 * Fills `count` empty slots, beginning with `first`, with capabilities of consecutive objects of `kib` KiB each; `key` is
 * the key of the first. Gives them the flags `flags`. Leaves the memory as it is. The caller inserts the slots into the mapping database.
 */
export function fillCaps(type: i32, key: u32, kib: u32, flags: u32, count: u32, first: Cte): void {
  kernelAssert(first.isEmpty, "create: the slot is in use");
  first.fill(type, key, kib);
  first.flags = u8(flags);
  let previous = first;
  for (let i: u32 = 1; i < count; i++) {
    const cte = cteAt(changetype<usize>(first), i);
    kernelAssert(cte.isEmpty, "create: the slot is in use");
    cte.fillBehind(previous);
    previous = cte;
  }
}

/** Inserts the slots behind `first` that `fillCaps` has filled. `first` is in the mapping database already. */
export function insertBehind(first: Cte, count: u32): void {
  // Mappings of the source, which begin at its first byte, may come between the first object and the second.
  const slots = changetype<usize>(first);
  const second = cteAt(slots, 1);
  mdbInsert(second, first);
  if (count > 2) mdbInsertRun(changetype<usize>(cteAt(slots, 2)), count - 2, second);
}

/** Fills `count` empty slots like `fillCaps`, and inserts them. `base` is the address of the first object. */
export function createCaps(type: i32, base: u64, objectBytes: u64, count: u32, first: Cte): void {
  fillCaps(type, keyOf(type, base), inKiB(objectBytes), 0, count, first);
  mdbInsert(first);
  if (count > 1) insertBehind(first, count);
}
