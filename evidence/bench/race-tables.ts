/** Results of races as tables, and what is aimed at. */
import { counted, formatBytes, formatCount } from "../../observe/text/quantities";
import type { Aim } from "./aims";
import type { AllocationTrace } from "./allocation-trace";
import type { GrowthRow } from "./growth";
import type { RaceResult } from "./race";
import { formatTime, type Table } from "./tables";

function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? "-" : `${(100 * share).toFixed(1)} %`;
}

export function raceTable(trace: AllocationTrace, results: readonly RaceResult[]): Table {
  const takes = trace.operations.filter(({ pages }) => pages > 0).length;
  const seed = trace.seed === null ? "" : `, seed ${trace.seed}`;
  return {
    title: `${trace.name}: ${trace.title} (${counted(takes, "piece")}, ${counted(trace.pages, "page")}${seed})`,
    head: [
      "policy",
      "mean",
      "median",
      "p99",
      "maximum",
      "first failure at",
      "fragmentation",
      "metadata",
      "a live piece",
      "a free one",
      "slots",
    ],
    rows: results.map(
      ({
        policy,
        mean,
        nanoseconds,
        utilization,
        fragmentation,
        metadataBytes,
        metadataPerLive,
        metadataPerFree,
        slots,
      }) => [
        policy,
        formatTime(mean),
        formatTime(nanoseconds.median),
        formatTime(nanoseconds.p99),
        formatTime(nanoseconds.maximum),
        percent(utilization),
        percent(fragmentation.at(-1)),
        formatBytes(metadataBytes),
        `${metadataPerLive.toFixed(1)} B`,
        `${metadataPerFree} B`,
        formatCount(slots),
      ],
    ),
  };
}

export function growthTable(rows: readonly GrowthRow[], seed: number): Table {
  const live = rows[0]?.pairs.map((pair) => formatCount(pair.live)) ?? [];
  return {
    title: `growth: a piece given back and another taken, the mix at 80 % full (columns: live pieces; seed ${seed})`,
    head: ["policy", ...live],
    rows: rows.map(({ policy, pairs }) => [policy, ...pairs.map(({ nanoseconds }) => formatTime(nanoseconds))]),
  };
}

/** What a native prototype of the same kind needs for a pair, by live pieces, and how much more is allowed. */
const NATIVE_PAIR_NS: Record<number, number> = { 10000: 52, 1000000: 374 };
const ALLOWED = 1.5;
/** Least use of memory at the first failure. */
const LEAST_USE: Record<string, number> = { mix: 0.95, ranges: 0.987 };

export function raceAims(results: readonly RaceResult[], growth: readonly GrowthRow[]): Aim[] {
  const aims: Aim[] = results
    .filter(({ policy, trace }) => policy === "typefish" && LEAST_USE[trace] !== undefined)
    .map(({ trace, utilization }) => ({
      aim: `default policy, ${trace}: at least ${percent(LEAST_USE[trace])} in use at the first failure`,
      measured: percent(utilization ?? 1),
      met: (utilization ?? 1) >= (LEAST_USE[trace] as number),
    }));
  const pairs = growth.find(({ policy }) => policy === "typefish")?.pairs ?? [];
  for (const { live, nanoseconds } of pairs) {
    const native = NATIVE_PAIR_NS[live];
    if (native === undefined) continue;
    const what = `default policy, a pair at ${formatCount(live)} live pieces`;
    const aim = `${what}: within ${ALLOWED} times of ${native} ns native`;
    aims.push({ aim, measured: formatTime(nanoseconds), met: nanoseconds <= native * ALLOWED });
  }
  return aims;
}
