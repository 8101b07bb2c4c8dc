/** Finds out whether a line of the log has words of some physical ranges. */
import type { Region } from "../../boards/board";
import { LINE_BYTES } from "./recorder/layout";

/** Physical addresses from `start` up to, and without, `end`. */
export interface PhysicalRange {
  readonly start: number;
  readonly end: number;
}

const WORD = 4;

export class LineMatcher {
  /** Numbers of words in the linear memory, from `start` up to, and without, `end`; in ascending order. */
  private readonly ranges: { start: number; end: number }[];
  private readonly firstLine: number;
  private readonly lastLine: number;

  constructor(ranges: readonly PhysicalRange[], { base, bytes }: Region) {
    this.ranges = ranges
      .map(({ start, end }) => ({
        start: Math.floor(Math.max(0, start - base) / WORD),
        end: Math.ceil(Math.min(bytes, end - base) / WORD),
      }))
      .filter(({ start, end }) => start < end)
      .sort((a, b) => a.start - b.start);
    const lineOf = (word: number) => Math.floor((word * WORD) / LINE_BYTES);
    this.firstLine = lineOf(this.ranges[0]?.start ?? 0);
    this.lastLine = this.ranges.reduce((last, { end }) => Math.max(last, lineOf(end - 1)), -1);
  }

  /** Whether any of the words of a line that `mask` names is in a range. */
  readonly matches = (line: number, mask: number): boolean => {
    if (line < this.firstLine || line > this.lastLine) return false;
    const first = (line * LINE_BYTES) / WORD;
    const last = first + LINE_BYTES / WORD;
    for (const { start, end } of this.ranges) {
      if (start >= last) return false;
      if (end <= first) continue;
      const from = Math.max(start, first) - first;
      const to = Math.min(end, last) - first;
      if ((mask & ((1 << to) - (1 << from))) !== 0) return true;
    }
    return false;
  };
}
