/**
 * A list of capabilities that is limited only by memory. It is in a frame of its own, which is mapped while the list
 * exists.
 */
import { BASE_PAGE_SIZE } from "../../kpi/types";
import { capref } from "../../libaos/capref";
import { frameAlloc, frameFree } from "../../libaos/frame";
import { pagingUnmap } from "../../libaos/mapping/map-fixed";
import { Out } from "../../libaos/out";
import { getCurrentPagingState } from "../../libaos/paging/init";
import { pagingMapFrame } from "../../libaos/paging/map";
import { ok } from "./check";
import { randomBelow } from "./random";

@unmanaged
class Vector {
  frame: capref;
  address: u32;
  count: u32;
  capacity: u32;
}

const VECTOR_SIZE = 20;
const vector = changetype<Vector>(memory.data(VECTOR_SIZE, 8));
if (offsetof<Vector>() != VECTOR_SIZE) ERROR("Vector: size");

const ENTRY_SHIFT: u32 = 3;

/** Makes room for `capacity` capabilities. */
export function vectorBegin(capacity: u32): bool {
  vector.count = 0;
  vector.capacity = 0;
  const bytes = u64(max<u32>(capacity << ENTRY_SHIFT, BASE_PAGE_SIZE));
  if (!ok(frameAlloc(bytes), "frame for a list of capabilities")) return false;
  vector.frame = Out.cap;
  if (!ok(pagingMapFrame(getCurrentPagingState(), bytes, vector.frame), "map the list of capabilities")) {
    frameFree(vector.frame);
    return false;
  }
  vector.address = Out.buffer;
  vector.capacity = capacity;
  return true;
}

/** Frees the list's memory. */
export function vectorEnd(): void {
  ok(pagingUnmap(getCurrentPagingState(), vector.address), "unmap the list of capabilities");
  ok(frameFree(vector.frame), "free the list of capabilities");
}

export function vectorCount(): u32 {
  return vector.count;
}

export function vectorIsFull(): bool {
  return vector.count >= vector.capacity;
}

/** Appends a capability; there must be room. */
export function vectorPush(cap: capref): void {
  store<u64>(vector.address + (vector.count++ << ENTRY_SHIFT), cap);
}

export function vectorAt(index: u32): capref {
  return load<u64>(vector.address + (index << ENTRY_SHIFT));
}

/** Removes the last capability and returns it. */
export function vectorPop(): capref {
  return vectorAt(--vector.count);
}

/** Puts the list in random order. */
export function vectorShuffle(): void {
  for (let i = vector.count; i > 1; i--) {
    const a = vector.address + ((i - 1) << ENTRY_SHIFT);
    const b = vector.address + (randomBelow(i) << ENTRY_SHIFT);
    const cap = load<u64>(a);
    store<u64>(a, load<u64>(b));
    store<u64>(b, cap);
  }
}
