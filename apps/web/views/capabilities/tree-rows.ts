/** Which capabilities the tree shows: what matches search and filter, with everything above it, without closed parts. */

import type { CapabilityColumns } from "../../../../observe/columns/capabilities";
import type { AddressColumns } from "../../../../observe/columns/cspace";
import { typeName } from "../../../../system/kpi/object-types";
import { TYPE_CLASSES, type TypeClass, typeClass } from "../../type-classes";

export interface Filter {
  /** A part of a type's name, or a hexadecimal address: in the memory of the capability, of its slot, or in the CSpace. */
  text: string;
  /** The only classes of types that are shown; all if there are none. */
  classes: ReadonlySet<TypeClass>;
  /** Keys of the objects (see `keyOf`) whose insides are hidden. */
  closed: ReadonlySet<string>;
}

export interface TreeRows {
  /** Index of the capability in each row. */
  index: Int32Array;
  /** 1 for a row that is shown only because something below it matches. */
  isPath: Uint8Array;
  /** Number of capabilities that match. */
  matches: number;
}

const CLASS_OF = Uint8Array.from({ length: 256 }, (_, type) => TYPE_CLASSES.indexOf(typeClass(type)));

/** A name for an object that stays the same while the time changes. */
export function keyOf({ type, base, bytes }: CapabilityColumns, index: number): string {
  return `${type[index]} ${base[index]} ${bytes[index]}`;
}

/** The number of a text like `0x305` or `80002000`; null for any other text. */
export function addressOf(text: string): number | null {
  return /^(0x[0-9a-f]{1,12}|[0-9a-f]{5,12})$/i.test(text) ? Number.parseInt(text.replace(/^0x/i, ""), 16) : null;
}

function matcher(
  columns: CapabilityColumns,
  { address }: AddressColumns,
  text: string,
): ((i: number) => boolean) | null {
  const wanted = text.trim();
  if (wanted === "") return null;
  const { at, type, base, bytes } = columns;
  const place = addressOf(wanted);
  if (place !== null) {
    return (i) => {
      const start = base[i] as number;
      const isInside = place >= start && place < start + Math.max(1, bytes[i] as number);
      return isInside || at[i] === place || (place !== 0 && address[i] === place);
    };
  }
  const lower = wanted.toLowerCase();
  const named = Uint8Array.from({ length: 256 }, (_, each) => Number(typeName(each).toLowerCase().includes(lower)));
  return (i) => named[type[i] as number] === 1;
}

/** 1 for each capability that matches, 2 for each that is above one, else 0; null if everything matches. */
function marksOf(columns: CapabilityColumns, addresses: AddressColumns, { text, classes }: Filter): Uint8Array | null {
  const matches = matcher(columns, addresses, text);
  if (!matches && classes.size === 0) return null;
  const wanted = TYPE_CLASSES.map((each) => classes.size === 0 || classes.has(each));
  const { count, type, parent } = columns;
  const marks = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    if (!wanted[CLASS_OF[type[i] as number] as number] || (matches && !matches(i))) continue;
    marks[i] = 1;
    for (let above = parent[i] as number; above >= 0 && marks[above] === 0; above = parent[above] as number) {
      marks[above] = 2;
    }
  }
  return marks;
}

export function treeRows(columns: CapabilityColumns, addresses: AddressColumns, filter: Filter): TreeRows {
  const { count, end, first } = columns;
  const marks = marksOf(columns, addresses, filter);
  const index = new Int32Array(count);
  const isPath = new Uint8Array(count);
  let rows = 0;
  let matches = 0;
  // The first capability after a closed object. Copies of the object stay in sight.
  let hiddenUntil = -1;
  let closed = -1;
  for (let i = 0; i < count; i++) {
    const mark = marks?.[i] ?? 1;
    if (mark === 1) matches++;
    if (mark === 0 || (i < hiddenUntil && first[i] !== closed)) continue;
    index[rows] = i;
    isPath[rows++] = Number(mark === 2);
    if (filter.closed.size > 0 && i >= hiddenUntil && first[i] === i && filter.closed.has(keyOf(columns, i))) {
      hiddenUntil = end[i] as number;
      closed = i;
    }
  }
  return { index: index.subarray(0, rows), isPath, matches };
}

/** Number of capabilities of each class of types that there are, in the order of `TYPE_CLASSES`. */
export function classCounts({ count, type }: CapabilityColumns): [TypeClass, number][] {
  const counts = new Uint32Array(TYPE_CLASSES.length);
  for (let i = 0; i < count; i++) {
    const index = CLASS_OF[type[i] as number] as number;
    counts[index] = (counts[index] as number) + 1;
  }
  return TYPE_CLASSES.map((name, index): [TypeClass, number] => [name, counts[index] as number]).filter(
    ([, number]) => number > 0,
  );
}

/** The row of a capability, or of the closed object that hides it; -1 if the filter hides it. */
export function rowOf({ index }: TreeRows, { first, parent }: CapabilityColumns, capability: number): number {
  if (capability < 0) return -1;
  let [low, high] = [0, index.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((index[middle] as number) < capability) low = middle + 1;
    else high = middle;
  }
  if (index[low] === capability) return low;
  const above = parent[first[capability] as number] as number;
  return above < 0 ? -1 : rowOf({ index } as TreeRows, { first, parent } as CapabilityColumns, above);
}
