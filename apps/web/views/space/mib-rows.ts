/** The picture of the address space: a row for each MiB that has something, and one for each gap between them. */
import type { SpaceColumns } from "../../worker/address-space";
import { RANGE_STATES } from "../../worker/address-space";

export const MIB = 0x100000;
const CLAIMED = RANGE_STATES.indexOf("claimed");

/** A part of a row: what a range of virtual addresses is. */
export interface Segment {
  va: number;
  bytes: number;
  /** Index of the region; -1 for addresses that are only reserved. */
  region: number;
}

export interface MibRow {
  va: number;
  bytes: number;
  segments: Segment[];
}

/** Consecutive whole MiB of one region are one row, so that a large mapping with sections does not fill the picture. */
export function mibRows({ count, va, bytes, ranges, rangeVa, rangeBytes, rangeState }: SpaceColumns): MibRow[] {
  const segments: Segment[] = [];
  for (let i = 0; i < count; i++) segments.push({ va: va[i] as number, bytes: bytes[i] as number, region: i });
  for (let i = 0; i < ranges; i++) {
    if (rangeState[i] !== CLAIMED) continue;
    segments.push({ va: rangeVa[i] as number, bytes: rangeBytes[i] as number, region: -1 });
  }
  const rows = new Map<number, Segment[]>();
  const long: MibRow[] = [];
  for (const segment of segments) {
    const end = segment.va + segment.bytes;
    for (let start = segment.va; start < end; ) {
      const isWhole = start % MIB === 0 && end - start >= 2 * MIB;
      const stop = isWhole ? end - (end % MIB) : Math.min(end, start - (start % MIB) + MIB);
      const part = { va: start, bytes: stop - start, region: segment.region };
      if (isWhole) long.push({ va: start, bytes: part.bytes, segments: [part] });
      else {
        const row = start - (start % MIB);
        const list = rows.get(row);
        if (list) list.push(part);
        else rows.set(row, [part]);
      }
      start = stop;
    }
  }
  const short = [...rows].map(([start, list]): MibRow => ({ va: start, bytes: MIB, segments: list }));
  return [...short, ...long].sort((a, b) => a.va - b.va);
}

/** Rows with the gaps between them. */
export function withGaps(rows: readonly MibRow[], end: number): MibRow[] {
  const all: MibRow[] = [];
  let next = 0;
  for (const row of rows) {
    if (row.va > next) all.push({ va: next, bytes: row.va - next, segments: [] });
    all.push(row);
    next = Math.max(next, row.va + row.bytes);
  }
  if (next < end) all.push({ va: next, bytes: end - next, segments: [] });
  return all;
}
