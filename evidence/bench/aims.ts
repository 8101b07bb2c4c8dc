/** What this project wants of itself, and whether it got there. */
import type { Measurements } from "./program";

export interface Aim {
  aim: string;
  measured: string;
  met: boolean;
}

const MICROSECOND = 1000;
const MILLISECOND = 1e6;

function formatNumber(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

class Judge {
  readonly aims: Aim[] = [];

  constructor(private readonly measurements: Measurements) {}

  typical(name: string, size = 0): number | null {
    return this.measurements.figure(name, size);
  }

  /** Time of several operations together, by size. */
  sum(...names: string[]): (size: number) => number | null {
    return (size) =>
      names.reduce<number | null>((sum, name) => {
        const time = this.typical(name, size);
        return sum === null || time === null ? null : sum + time;
      }, 0);
  }

  /** Leaves an aim out if something that it needs was not measured. */
  atMost(aim: string, value: number | null, limit: number, unit: string, scale = 1): void {
    if (value === null) return;
    this.aims.push({ aim, measured: `${formatNumber(value / scale)}${unit}`, met: value <= limit });
  }

  ratio(aim: string, a: number | null, b: number | null, limit: number): void {
    if (a !== null && b !== null) this.atMost(aim, a / b, limit, " times");
  }
}

/** The aims that the measurements can speak to. */
export function systemAims(measurements: Measurements): Aim[] {
  const judge = new Judge(measurements);
  const largest = Math.max(0, ...measurements.sizes("retype-delete"));
  const pair = (size: number) => judge.typical("mm-pair", size);
  judge.ratio("mm_alloc + mm_free: flat within 3 times from 100 to 100,000 live pages", pair(100000), pair(100), 3);
  for (const size of measurements.sizes("mm-pair")) {
    judge.atMost(`mm_alloc + mm_free at ${size} live pages: under 1 microsecond`, pair(size), MICROSECOND, " ns");
  }
  for (const { which, time } of [
    { which: "pages in a row", time: judge.sum("retype-row-ram", "delete-row-ram") },
    { which: "any page", time: judge.sum("retype-delete") },
  ]) {
    for (const size of measurements.sizes("retype-delete")) {
      judge.atMost(`retype + delete, ${which}, ${size} siblings: under 1 microsecond`, time(size), MICROSECOND, " ns");
    }
    judge.ratio(
      `retype + delete, ${which}, ${largest} siblings: at most 3 times that beside 100`,
      time(largest),
      time(100),
      3,
    );
  }
  judge.ratio(
    "a load that hits the TLB: at most 6 times a raw load",
    judge.typical("load"),
    judge.typical("raw-load"),
    6,
  );
  judge.atMost("boot to init's message loop: under 50 ms", judge.typical("boot"), 50 * MILLISECOND, " ms", MILLISECOND);
  const start = judge.typical("start-without-pages");
  judge.atMost(
    "npm start without the all-pages scenario: about a second",
    start,
    1500 * MILLISECOND,
    " ms",
    MILLISECOND,
  );
  judge.atMost("npm start: a few seconds", judge.typical("start"), 6000 * MILLISECOND, " ms", MILLISECOND);
  return judge.aims;
}
