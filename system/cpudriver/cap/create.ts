/** Makes objects: prepares their memory, fills their slots and enters these in the mapping database. Cannot fail. */
import { ObjType, typeIsVNode } from "../../kpi/object-types";
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

/** Makes an empty slot hold a capability of an object of `kib` KiB. The caller inserts it into the mapping database. */
export function fillEmpty(cte: Cte, type: i32, key: u32, kib: u32, flags: u32): void {
  kernelAssert(cte.isEmpty, "create: the slot is in use");
  cte.fill(type, key, kib);
  cte.flags = u8(flags);
}

/**
 * Makes the `count - 1` empty slots behind `first` hold capabilities of the objects behind that of `first`, with its type
 * and size, and inserts them. `first` is in the mapping database already. `count` is at least 2.
 */
export function createBehind(first: Cte, count: u32): void {
  const slots = changetype<usize>(first);
  let previous = first;
  for (let i: u32 = 1; i < count; i++) {
    const cte = cteAt(slots, i);
    kernelAssert(cte.isEmpty, "create: the slot is in use");
    cte.fillBehind(previous);
    previous = cte;
  }
  mdbInsertRun(changetype<usize>(cteAt(slots, 1)), count - 1, first);
}

/**
 * Makes `count` empty slots, beginning with `first`, hold capabilities of consecutive objects of `objectBytes` each, and
 * inserts them. `base` is the address of the first object. Leaves the memory as it is.
 */
export function createCaps(type: i32, base: u64, objectBytes: u64, count: u32, first: Cte): void {
  fillEmpty(first, type, keyOf(type, base), inKiB(objectBytes), 0);
  mdbInsert(first);
  if (count > 1) createBehind(first, count);
}
