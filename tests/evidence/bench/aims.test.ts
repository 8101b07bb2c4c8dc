/** The aims are ratios of figures of one run, shares of memory, or exact counts. */
import { describe, expect, it } from "vitest";
import { nativeAims, raceAims, systemAims } from "../../../evidence/bench/aims";
import { Measurements } from "../../../evidence/bench/program";
import type { RaceResult } from "../../../evidence/bench/race";
import { raceResult } from "./support/race-result";

const TIMES: [name: string, size: number, nanoseconds: number][] = [
  ["null", 0, 20],
  ["load", 0, 5],
  ["raw-load", 0, 2],
  ["mm-pair", 100, 800],
  ["mm-pair", 100_000, 1000],
  ["retype-delete", 100, 500],
  ["retype-delete", 250_000, 1600],
  ["retype-row-ram", 100, 300],
  ["retype-row-ram", 250_000, 400],
  ["delete-row-ram", 100, 200],
  ["delete-row-ram", 250_000, 300],
  ["revoke-descendants", 65_536, 65_536 * 30],
];

function measured(factor: number, without: readonly string[] = []): Measurements {
  const measurements = new Measurements();
  for (const [name, size, time] of TIMES) if (!without.includes(name)) measurements.add(name, size, factor * time);
  return measurements;
}

describe("the aims of the system", () => {
  it("compare figures of one run", () => {
    expect(systemAims(measured(1))).toEqual([
      {
        aim: "mm_alloc + mm_free, 100,000 live pages against 100: at most 3 times",
        measured: "1.25 times",
        met: true,
      },
      {
        aim: "retype + delete of neighbouring pages, 250,000 live pages against 100: at most 3 times",
        measured: "1.40 times",
        met: true,
      },
      {
        aim: "retype + delete of any page, 250,000 live pages against 100: at most 1.5 times",
        measured: "3.20 times",
        met: false,
      },
      {
        aim: "mm_alloc + mm_free, at each size: at most 36 null calls",
        measured: "40.0 to 50.0 null calls",
        met: false,
      },
      {
        aim: "retype + delete of neighbouring pages, at each size: at most 36 null calls",
        measured: "25.0 to 35.0 null calls",
        met: true,
      },
      {
        aim: "retype + delete of any page, at each size: at most 36 null calls",
        measured: "25.0 to 80.0 null calls",
        met: false,
      },
      { aim: "revoke of 65,536 descendants, each: at most 4 null calls", measured: "1.50 null calls", met: true },
      { aim: "a load that hits the TLB against a raw load: at most 6 times", measured: "2.50 times", met: true },
    ]);
  });

  it("do not depend on the speed of the machine", () => {
    expect(systemAims(measured(7))).toEqual(systemAims(measured(1)));
  });

  it("are left out if a figure was not measured", () => {
    const aims = (...without: string[]) => systemAims(measured(1, without)).map(({ aim }) => aim);
    expect(aims("raw-load").some((aim) => aim.includes("TLB"))).toBe(false);
    expect(aims("null").some((aim) => aim.includes("null calls"))).toBe(false);
    expect(systemAims(new Measurements())).toEqual([]);
  });
});

describe("the aims of the default policy", () => {
  const growth = [
    {
      policy: "typefish" as const,
      isNative: false,
      pairs: [
        { live: 10_000, nanoseconds: 60 },
        { live: 1_000_000, nanoseconds: 300 },
      ],
    },
    { policy: "typefish" as const, isNative: true, pairs: [{ live: 10_000, nanoseconds: 1 }] },
  ];

  it("ask for memory in use, small records, few null calls, and a fast engine", () => {
    const results: RaceResult[] = [
      raceResult({ trace: "mix", utilization: 0.94, mean: 40, metadataPerLive: 36.5 }),
      raceResult({ trace: "mix", utilization: 0.94, mean: 25, metadataPerLive: 36.5, isNative: true }),
      raceResult({ trace: "ranges", utilization: null }),
      raceResult({ trace: "mix", policy: "buddy", utilization: 0.5 }),
    ];
    expect(raceAims(results, growth, 20)).toEqual([
      {
        aim: "default policy, mix: at least 95.0 % of the memory in use at the first failure",
        measured: "94.0 %",
        met: false,
      },
      {
        aim: "default policy, ranges: at least 98.7 % of the memory in use at the first failure",
        measured: "100.0 %",
        met: true,
      },
      { aim: "default policy, mix, records of a live piece: at most 36 bytes", measured: "36.5 bytes", met: false },
      {
        aim: "default policy, a pair, 1,000,000 live pieces against 10,000: at most 7.2 times",
        measured: "5.00 times",
        met: true,
      },
      {
        aim: "default policy, a pair beside 10,000 live pieces: at most 2.8 null calls",
        measured: "3.00 null calls",
        met: false,
      },
      {
        aim: "default policy, a pair beside 1,000,000 live pieces: at most 20 null calls",
        measured: "15.0 null calls",
        met: true,
      },
      {
        aim: "default policy, mix, hosted against the same source as native code: at most 1.3 times",
        measured: "1.60 times",
        met: false,
      },
    ]);
  });

  it("name no null calls if none was measured", () => {
    expect(raceAims([], growth, null)).toHaveLength(1);
    expect(raceAims([], [], 20)).toEqual([]);
  });
});

describe("the aims of the native machine", () => {
  it("are exact counts", () => {
    const figures = { instructions: { mm_alloc: [2000, 2900], mm_free: [1700, 3001] }, textBytes: { init: 65_536 } };
    expect(nativeAims(figures)).toEqual([
      {
        aim: "median of mm_alloc, at each size: at most 3,000 instructions",
        measured: "2,000 to 2,900 instructions",
        met: true,
      },
      {
        aim: "median of mm_free, at each size: at most 3,000 instructions",
        measured: "1,700 to 3,001 instructions",
        met: false,
      },
      { aim: "text of init: at most 65,536 bytes", measured: "65,536 bytes", met: true },
    ]);
  });
});
