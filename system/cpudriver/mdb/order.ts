/**
 * The order of the mapping database. (Specification of capabilities, section 3.1.)
 *
 * Root of the type, then address, then size descending, so that a region comes before what lies inside it; then type,
 * so that of two objects with the same bytes the source comes first; then what else tells two objects apart; and among
 * copies of one object the address of the slot.
 */
import { Cte } from "../cap/cte";

/** -1 if `a` comes first, else 1; for two that differ. */
function before(isFirst: bool): i32 {
  return isFirst ? -1 : 1;
}

/** Compares two objects: negative, 0 (copies of each other) or positive. */
export function compareObjects(a: Cte, b: Cte): i32 {
  if (a.root != b.root) return before(a.root < b.root);
  if (a.base != b.base) return before(a.base < b.base);
  if (a.bytes != b.bytes) return before(a.bytes > b.bytes);
  const aType = a.type;
  const bType = b.type;
  if (aType != bType) return before(aType < bType);
  if (a.isMapping) return a.pte == b.pte ? 0 : before(a.pte < b.pte);
  if (!a.hasEqWords) return 0;
  if (a.word0 != b.word0) return before(a.word0 < b.word0);
  if (a.word1 != b.word1) return before(a.word1 < b.word1);
  return 0;
}

/** Compares two slots: copies of one object are ordered by where they stand. Never 0 for two slots. */
export function compareSlots(a: Cte, b: Cte): i32 {
  const order = compareObjects(a, b);
  if (order != 0) return order;
  const left = changetype<usize>(a);
  const right = changetype<usize>(b);
  return left == right ? 0 : before(left < right);
}

/** Do two slots hold capabilities of the same object? */
export function isCopy(a: Cte, b: Cte): bool {
  return compareObjects(a, b) == 0;
}
