/** Results of races as tables: all figures of each race, and a summary of all races. */
import { counted, formatBytes, formatCount } from "../../observe/text/quantities";
import type { AllocationTrace } from "./allocation-trace";
import type { GrowthRow } from "./growth";
import { entrantName, type RaceResult } from "./race";
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
      "per live piece",
      "per free piece",
      "slots",
    ],
    rows: results.map((result) => [
      entrantName(result),
      formatTime(result.mean),
      formatTime(result.nanoseconds.median),
      formatTime(result.nanoseconds.p99),
      formatTime(result.nanoseconds.maximum),
      percent(result.utilization),
      percent(result.fragmentation.at(-1)),
      formatBytes(result.metadataBytes),
      `${result.metadataPerLive.toFixed(1)} B`,
      `${result.metadataPerFree} B`,
      formatCount(result.slots),
    ]),
  };
}

export function growthTable(rows: readonly GrowthRow[], seed: number): Table {
  const live = rows[0]?.pairs.map((pair) => formatCount(pair.live)) ?? [];
  return {
    title: `growth: time to free a piece and allocate another, mix, 80 % full (columns: live pieces; seed ${seed})`,
    head: ["policy", ...live],
    rows: rows.map((row) => [entrantName(row), ...row.pairs.map(({ nanoseconds }) => formatTime(nanoseconds))]),
  };
}

/** A row for each trace, a column for each policy; all races have the same policies. */
function summary(title: string, races: readonly RaceResult[][], cell: (result: RaceResult) => string): Table {
  const policies = races[0]?.map(entrantName) ?? [];
  const rows = races.map((results) => [results[0]?.trace ?? "", ...results.map(cell)]);
  return { title, head: ["trace", ...policies], rows };
}

export function summaryTables(races: readonly RaceResult[][]): Table[] {
  return [
    summary("Mean time of an operation, by trace and policy", races, ({ mean }) => formatTime(mean)),
    summary("Memory in use at the first failure, by trace and policy (- if no request failed)", races, (result) =>
      percent(result.utilization),
    ),
  ];
}
