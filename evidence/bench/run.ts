/** Runs all benchmarks in order. Each table goes to the listener as soon as its figures are known. */

import type { PolicyName } from "../../system/libmm/layout/mm-policies";
import { type Aim, raceAims, systemAims } from "./aims";
import { type AllocationTrace, KINDS, makeTrace, TRACE_NAMES } from "./allocation-trace";
import { image, POLICIES_PAGE, SYSTEM_PAGE, writePlots, writeSection } from "./document";
import { type GrowthRow, measureGrowth } from "./growth";
import { nativeFigures, writeKernelResults } from "./kernel-results";
import { kernelTable, retypeTable } from "./kernel-table";
import { machineLine } from "./machine-line";
import { fragmentationPlot, growthPlot, type Plot, systemPlot } from "./plots";
import type { Measurements } from "./program";
import { DEFAULT_POLICY, entrantName, entrantsOf, type RaceResult, raceEntrants } from "./race";
import { NativeCode } from "./race-code";
import { growthTable, raceTable, summaryTables } from "./race-tables";
import { RECORDED, recordScenarios } from "./record";
import { GROUP_TITLES, measureSystem, SYSTEM_GROUPS, type SystemGroup } from "./system";
import { aimsTable, markdownTable, systemTables, type Table } from "./tables";

const GROWTH = "growth";
export const BENCHMARKS = [...SYSTEM_GROUPS, RECORDED, ...TRACE_NAMES, GROWTH] as const;
export type BenchmarkName = (typeof BENCHMARKS)[number];

/** A line of help for each measurement of the system. */
export const SYSTEM_TITLES: readonly (readonly [name: BenchmarkName, title: string])[] = SYSTEM_GROUPS.map(
  (group) => [group, GROUP_TITLES[group]] as const,
);
/** A line of help for each race. */
export const RACE_TITLES: readonly (readonly [name: BenchmarkName, title: string])[] = [
  [RECORDED, "the requests to init's memory manager in a boot with all scenarios but one"],
  ...TRACE_NAMES.map((name) => [name, KINDS[name].title] as const),
  [GROWTH, "mix, with 100 to 1,000,000 live pieces"],
];

/** Groups that have rows in the table of the CPU driver's operations. */
const KERNEL_GROUPS: readonly SystemGroup[] = ["calls", "memory", "mapping", "revoke", "root-growth"];

/** Memory of the made-up traces, in pages, and how many pieces are exchanged in it. */
const RACE_PAGES = 131_072;
const EXCHANGES = 50_000;

export interface Plan {
  names: ReadonlySet<BenchmarkName>;
  /** Traces from files. */
  own: readonly AllocationTrace[];
  policies: readonly PolicyName[];
  seed: number;
}

export interface Listener {
  progress(what: string): void;
  table(table: Table): void;
  /** A sentence about what is left out. */
  remark(sentence: string): void;
}

export interface Findings {
  machine: string;
  seed: number;
  aims: Aim[];
  measurements: Measurements;
  races: RaceResult[][];
  growth: GrowthRow[];
  systemTables: Table[];
  /** One for each race. */
  raceTables: Table[];
}

/** Makes or records each trace just before its race. */
function* tracesOf({ names, own, seed }: Plan, progress: (what: string) => void): Generator<AllocationTrace> {
  yield* own;
  if (names.has(RECORDED)) {
    progress("recording a trace of a boot with its scenarios");
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

/** The native code, if the plan has a race with the default policy. */
function nativeCodeFor({ names, own, policies }: Plan, { remark }: Listener): NativeCode | null {
  const races = own.length > 0 || RACE_TITLES.some(([name]) => names.has(name));
  if (!races || !policies.includes(DEFAULT_POLICY)) return null;
  const native = NativeCode.load();
  if (typeof native !== "string") return native;
  remark(`the races have no row for ${entrantName({ policy: DEFAULT_POLICY, isNative: true })}: ${native}`);
  return null;
}

export function runBenchmarks(plan: Plan, listener: Listener): Findings {
  const { names, policies, seed } = plan;
  const { progress, table } = listener;
  const native = nativeCodeFor(plan, listener);

  const { measurements, tables: systemTablesFound } = systemPart(plan, listener);
  systemTablesFound.forEach(table);
  const isKernelMeasured = KERNEL_GROUPS.some((group) => names.has(group));
  if (isKernelMeasured) table(kernelTable(measurements.figure, nativeFigures()));

  const races: RaceResult[][] = [];
  const raceTables: Table[] = [];
  for (const trace of tracesOf(plan, progress)) {
    const results = raceEntrants(trace, entrantsOf(policies, native), {
      progress: (percent) => progress(`race on ${trace.name}, ${percent} %`),
      native,
    });
    races.push(results);
    const found = raceTable(trace, results);
    raceTables.push(found);
    table(found);
  }
  const growth = names.has(GROWTH) ? measureGrowth(policies, seed, progress, native) : [];
  if (growth.length > 0) table(growthTable(growth, seed));

  const aims = [...systemAims(measurements), ...raceAims(races.flat(), growth, measurements.figure("null"))];
  if (aims.length > 0) table(aimsTable(aims));
  return {
    machine: machineLine(),
    seed,
    aims,
    measurements,
    races,
    growth,
    systemTables: systemTablesFound,
    raceTables,
  };
}

const WRITER = "written by npm run bench -- --write";
const NOTHING_TO_SEE =
  "There is no plot of this race: with each policy, less than 1 % of the free memory is outside the largest free piece.";

function plotOrReason(plot: Plot | null): string {
  return plot === null ? NOTHING_TO_SEE : image(plot);
}

/** Writes the findings of a run of everything into both pages of the checkout at `root`. */
export async function writeFindings(findings: Findings, root: string): Promise<void> {
  const { machine, seed, aims, measurements, races, growth } = findings;
  const system = systemPlot(measurements);
  const policies = growthPlot(growth);
  const fragmentation = races.map((results) => fragmentationPlot((results[0] as RaceResult).trace, results));
  await writePlots(root, [system, policies, ...fragmentation.filter((plot) => plot !== null)]);

  const measuredOn = `Measured on: ${machine}.`;
  const write = (page: string, name: string, parts: readonly string[]): void => {
    writeSection(root, page, `${name}: ${WRITER}`, [measuredOn, ...parts].join("\n\n"));
  };
  write(SYSTEM_PAGE, "aims", [markdownTable(aimsTable(aims))]);
  write(SYSTEM_PAGE, "results", [...findings.systemTables.map(markdownTable), image(system)]);
  write(SYSTEM_PAGE, "summary", summaryTables(races).map(markdownTable));
  write(POLICIES_PAGE, "growth", [markdownTable(growthTable(growth, seed)), image(policies)]);
  write(
    POLICIES_PAGE,
    "races",
    findings.raceTables.flatMap((table, index) => [
      markdownTable(table),
      plotOrReason(fragmentation[index] as Plot | null),
    ]),
  );
  writeKernelResults(root, "hosted", machine, measurements.figures());
}
