/** Where the object of a capability lies, from two fields of its slot; `system/cpudriver/cap/cte.ts` draws them. */
import { OTHER_ROOTS } from "../../system/cpudriver/layout/cte-layout";

const KIB = 1024;

/** Physical address of an object from the key of its slot; 0 for types without memory. */
export function addressOfKey(key: number): number {
  return key < OTHER_ROOTS ? key * KIB : 0;
}

/** Bytes of an object from the key of its slot and its end in KiB; 0 for objects without a size. */
export function bytesOf(key: number, endKiB: number): number {
  return endKiB === 0 ? 0 : (endKiB - key) * KIB;
}
