/**
 * A capability, and the relations of two capabilities by definition (specification, section 3).
 *
 * There is no tree and no parent pointer. Type, address and size decide which capability descends from which. Only a
 * mapping records the slot it was made from, because its address does not show it.
 */
import { hasAddress, isAlwaysCopy, isFrame, isMapping, isVNode, type TypeName, typeNumber } from "./object-types";

/** A number that names a slot; see cspace.ts. */
export type Slot = number;

export interface Capability {
  readonly type: TypeName;
  readonly base: number;
  readonly bytes: number;
  /**
   * Fields that distinguish capabilities of the same type, address and size: the buffer of an EndPoint, the ports of an
   * IO.
   */
  readonly eq?: readonly number[];
  /** The record of a mapping capability. */
  readonly mapping?: MappingRecord;
}

/** The page-table entries that were written for the capability in one slot. */
export interface MappingRecord {
  readonly parent: Slot;
  /** Base address of the page table. */
  readonly table: number;
  readonly entry: number;
  readonly count: number;
  /** False after the entries were cleared or given to another mapping. */
  live: boolean;
}

const ENTRY_BYTES = 4;

export function isMappable(type: TypeName): boolean {
  return isFrame(type) || isVNode(type);
}

/** The fields that a comparison uses, most significant first. */
function sortKey(cap: Capability): number[] {
  const mapping = cap.mapping ? [cap.mapping.table + cap.mapping.entry * ENTRY_BYTES] : [];
  return [cap.base, -cap.bytes, typeNumber(cap.type), ...(cap.eq ?? mapping)];
}

/** Negative, zero or positive if `a` sorts before, with or after `b`. Only for types with an address. */
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

/** Does `inner` lie in the memory of `outer`? A capability without a size lies where its address is. */
export function isInside(inner: Capability, outer: Capability): boolean {
  const end = outer.base + outer.bytes;
  const fits = inner.base >= outer.base && (inner.bytes > 0 ? inner.base + inner.bytes <= end : inner.base < end);
  return fits && hasAddress(inner.type) && hasAddress(outer.type);
}

/** Was `cap` made from the memory of `ancestor`, directly or in several steps? `at` reads a slot. */
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
