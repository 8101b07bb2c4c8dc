/**
 * A capability, and what two of them are to each other, by definition (specification, section 3).
 *
 * There is no tree here and no parent pointer: who descends from whom follows from type, address and size. Only a
 * mapping remembers where it was made from, because its address does not tell.
 */
import { hasAddress, isAlwaysCopy, isFrame, isMapping, isVNode, type TypeName, typeNumber } from "./object-types";

/** A number that names a slot: see cspace.ts. */
export type Slot = number;

export interface Capability {
  readonly type: TypeName;
  readonly base: number;
  readonly bytes: number;
  /** Fields that make a difference beyond type, address and size: buffer of an EndPoint, ports of an IO. */
  readonly eq?: readonly number[];
  /** What a mapping capability records. */
  readonly mapping?: MappingRecord;
}

/** Page-table entries that were written for the capability in one slot. */
export interface MappingRecord {
  readonly parent: Slot;
  /** Base of the page table. */
  readonly table: number;
  readonly entry: number;
  readonly count: number;
  /** False from the moment on when the entries are somebody else's, or nobody's. */
  live: boolean;
}

const ENTRY_BYTES = 4;

export function isMappable(type: TypeName): boolean {
  return isFrame(type) || isVNode(type);
}

/** What of a capability counts in comparisons, in the order in which it counts. */
function sortKey(cap: Capability): number[] {
  const mapping = cap.mapping ? [cap.mapping.table + cap.mapping.entry * ENTRY_BYTES] : [];
  return [cap.base, -cap.bytes, typeNumber(cap.type), ...(cap.eq ?? mapping)];
}

/** Negative, zero or positive, as `a` sorts before, with or after `b`. Of types with an address only. */
function compare(a: Capability, b: Capability): number {
  const [left, right] = [sortKey(a), sortKey(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i] !== right[i]) return left[i]! - right[i]!;
  }
  return left.length - right.length;
}

export function isCopy(a: Capability, b: Capability): boolean {
  return a.type === b.type && (isAlwaysCopy(a.type) || compare(a, b) === 0);
}

/** Does `inner` lie in the memory of `outer`? What has no size lies where its address does. */
export function isInside(inner: Capability, outer: Capability): boolean {
  const end = outer.base + outer.bytes;
  const fits = inner.base >= outer.base && (inner.bytes > 0 ? inner.base + inner.bytes <= end : inner.base < end);
  return fits && hasAddress(inner.type) && hasAddress(outer.type);
}

/** Was `cap` made from the memory of `ancestor`, directly or by way of others? `at` reads a slot. */
export function isDescendant(
  cap: Capability,
  ancestor: Capability,
  at: (slot: Slot) => Capability | undefined,
): boolean {
  if (isMapping(cap.type)) {
    const parent = cap.mapping && at(cap.mapping.parent);
    return parent !== undefined && (isCopy(parent, ancestor) || isDescendant(parent, ancestor, at));
  }
  return isInside(cap, ancestor) && !isCopy(cap, ancestor) && compare(cap, ancestor) > 0;
}

/** Do two regions share a byte? */
export function overlaps(cap: Capability, base: number, end: number): boolean {
  return cap.base < end && base < cap.base + cap.bytes;
}
