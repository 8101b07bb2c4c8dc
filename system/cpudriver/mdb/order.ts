/**
 * The order of the slots in the tree of the mapping database, which are all except mappings. (Specification of
 * capabilities, section 3.1.)
 *
 * Slots are compared by these keys, in this order:
 *
 *   1. root of the type
 *   2. address; the field `key` holds the root or the address
 *   3. size, descending: a region comes before the regions inside it
 *   4. type: of two objects with the same bytes, the source of a retype comes first
 *   5. the words that identify an object without memory
 *   6. address of the slot, which orders the copies of one object
 */
import { Cte } from "../cap/cte";

/** The result of a comparison of two different keys: -1 if the first object comes first, else 1. */
function before(isFirst: bool): i32 {
  return isFirst ? -1 : 1;
}

/** Compares two objects: -1 if `a` comes first, 1 if `b` does, 0 if the capabilities are copies of each other. */
export function compareObjects(a: Cte, b: Cte): i32 {
  if (a.key != b.key) return before(a.key < b.key);
  if (a.endKiB != b.endKiB) return before(a.endKiB > b.endKiB);
  const aType = a.type;
  const bType = b.type;
  if (aType != bType) return before(aType < bType);
  if (!a.hasEqWords) return 0;
  if (a.word0 != b.word0) return before(a.word0 < b.word0);
  if (a.word1 != b.word1) return before(a.word1 < b.word1);
  return 0;
}

/** Compares two slots: -1 or 1, and 0 only if `a` and `b` are the same slot. */
export function compareSlots(a: Cte, b: Cte): i32 {
  const order = compareObjects(a, b);
  if (order != 0) return order;
  const left = changetype<usize>(a);
  const right = changetype<usize>(b);
  return left == right ? 0 : before(left < right);
}

/** Does slot `a` come before slot `b`? In most comparisons of a search, the keys decide. */
export function isBefore(a: Cte, b: Cte): bool {
  return a.key != b.key ? a.key < b.key : compareSlots(a, b) < 0;
}

/** Does the object of slot `a` come before the object of slot `b`? */
export function objectIsBefore(a: Cte, b: Cte): bool {
  return a.key != b.key ? a.key < b.key : compareObjects(a, b) < 0;
}

/** Do two slots hold capabilities of the same object? */
export function isCopy(a: Cte, b: Cte): bool {
  return a.key == b.key && compareObjects(a, b) == 0;
}
