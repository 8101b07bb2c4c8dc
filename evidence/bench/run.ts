/** All that there is to measure, in order; each table is handed over as soon as it is known. */

import type { PolicyName } from "../../system/libmm/layout/mm-policies";
import { type Aim, systemAims } from "./aims";
import { type AllocationTrace, KINDS, makeTrace, TRACE_NAMES } from "./allocation-trace";
import { writeResults } from "./document";
import { type GrowthRow, measureGrowth } from "./growth";
import { nativeFigures, writeKernelResults } from "./kernel-results";
import { kernelTable, retypeTable } from "./kernel-table";
import { machineLine } from "./machine-line";
import { fragmentationPlot, growthPlot, systemPlot } from "./plots";
import type { Measurements } from "./program";
import { type RaceResult, race } from "./race";
import { growthTable, raceAims, raceTable } from "./race-tables";
import { RECORDED, recordScenarios } from "./record";
import { GROUP_TITLES, measureSystem, SYSTEM_GROUPS, type SystemGroup } from "./system";
import { aimsTable, systemTables, type Table } from "./tables";

const GROWTH = "growth";
export const BENCHMARKS = [...SYSTEM_GROUPS, RECORDED, ...TRACE_NAMES, GROWTH] as const;
export type BenchmarkName = (typeof BENCHMARKS)[number];

/** What each measurement of the system is about. */
export const SYSTEM_TITLES: readonly (readonly [name: BenchmarkName, title: string])[] = SYSTEM_GROUPS.map(
  (group) => [group, GROUP_TITLES[group]] as const,
);
/** What each race is about. */
export const RACE_TITLES: readonly (readonly [name: BenchmarkName, title: string])[] = [
  [RECORDED, "what init's memory manager is asked for in a boot with its scenarios, recorded anew"],
  ...TRACE_NAMES.map((name) => [name, KINDS[name].title] as const),
  [GROWTH, "the mix with more and more live pieces"],
];

/** Groups that have rows in the table of the CPU driver's operations. */
const KERNEL_GROUPS: readonly SystemGroup[] = ["calls", "memory", "mapping", "revoke", "root-growth"];

/** Memory of the made-up traces, in pages, and how many pieces are exchanged in it. */
const RACE_PAGES = 131_072;
const EXCHANGES = 50_000;

export interface Plan {
  names: ReadonlySet<BenchmarkName>;
  /** Traces that somebody brought. */
  own: readonly AllocationTrace[];
  policies: readonly PolicyName[];
  seed: number;
}

export interface Listener {
  progress(what: string): void;
  table(table: Table): void;
}

export interface Findings {
  machine: string;
  seed: number;
  aims: Aim[];
  measurements: Measurements;
  races: RaceResult[][];
  growth: GrowthRow[];
  /** Those of docs/benchmarks.md, but for the one that both machines share. */
  tables: Table[];
}

/** Each trace is made when its race is due. */
function* tracesOf({ names, own, seed }: Plan, progress: (what: string) => void): Generator<AllocationTrace> {
  yield* own;
  if (names.has(RECORDED)) {
    progress("boot and scenarios, to record a trace");
    yield recordScenarios();
  }
  for (const name of TRACE_NAMES) if (names.has(name)) yield makeTrace(name, seed, RACE_PAGES, EXCHANGES);
}

function systemPart({ names }: Plan, { progress }: Listener): { measurements: Measurements; tables: Table[] } {
  const groups = SYSTEM_GROUPS.filter((group) => names.has(group));
  const measurements = measureSystem(groups, progress);
  const livePages = measurements.sizes("retype");
  const parts = livePages.length > 0 ? [retypeTable(measurements.figure, livePages)] : [];
  return { measurements, tables: [...systemTables(measurements), ...parts] };
}

export function runBenchmarks(plan: Plan, listener: Listener): Findings {
  const { names, policies, seed } = plan;
  const { progress } = listener;
  const tables: Table[] = [];
  const add = (table: Table): void => {
    tables.push(table);
    listener.table(table);
  };

  const { measurements, tables: systemTablesFound } = systemPart(plan, listener);
  systemTablesFound.forEach(add);
  const isKernelMeasured = KERNEL_GROUPS.some((group) => names.has(group));
  if (isKernelMeasured) listener.table(kernelTable(measurements.figure, nativeFigures()));

  const races: RaceResult[][] = [];
  for (const trace of tracesOf(plan, progress)) {
    const results = race(trace, policies, (percent) => progress(`race on ${trace.name}, ${percent} %`));
    races.push(results);
    add(raceTable(trace, results));
  }
  const growth = names.has(GROWTH) ? measureGrowth(policies, seed, progress) : [];
  if (growth.length > 0) add(growthTable(growth, seed));

  const aims = [...systemAims(measurements), ...raceAims(races.flat(), growth)];
  if (aims.length > 0) add(aimsTable(aims));
  return { machine: machineLine(), seed, aims, measurements, races, growth, tables };
}

/** Puts what a run of everything has found into docs/benchmarks.md. */
export async function writeFindings({ machine, measurements, races, growth, tables }: Findings): Promise<void> {
  const fragmentation = races.map((results) => fragmentationPlot((results[0] as RaceResult).trace, results));
  await writeResults(machine, tables, [systemPlot(measurements), growthPlot(growth), ...fragmentation]);
  writeKernelResults("hosted", machine, measurements.figures());
}
