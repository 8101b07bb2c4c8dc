/** `typefish bench`: what everything costs on this machine, and which policy of libmm does best. */
import { type Command, Option } from "commander";
import { systemAims } from "../../bench/aims";
import { writeResults } from "../../bench/document";
import { type GrowthRow, measureGrowth } from "../../bench/growth";
import { nativeFigures, writeKernelResults } from "../../bench/kernel-results";
import { kernelTable, retypeTable } from "../../bench/kernel-table";
import { machineLine } from "../../bench/machine-line";
import { fragmentationPlot, growthPlot, systemPlot } from "../../bench/plots";
import { ProgressLine } from "../../bench/progress";
import { POLICIES, type PolicyName, type RaceResult, race } from "../../bench/race";
import { growthTable, raceAims, raceTable } from "../../bench/race-tables";
import { RECORDED, recordScenarios } from "../../bench/record";
import { GROUP_TITLES, measureSystem, SYSTEM_GROUPS, type SystemGroup } from "../../bench/system";
import { aimsTable, systemTables, type Table, textTable } from "../../bench/tables";
import { parseTrace, TraceError, traceLines } from "../../bench/trace-file";
import { KINDS, makeTrace, TRACE_NAMES, type Trace } from "../../bench/traces";
import { checkoutFolder, NoCheckout } from "../../native/checkout";
import { countArgument } from "../board-options";
import { requireBuilt } from "../built-files";
import { output } from "../output";
import { counted, formatCount } from "../quantities";
import { displayName, readText, writeLines } from "../replay/trace-file";
import { UsageError } from "../usage-error";

interface BenchOptions {
  trace?: string;
  record?: string;
  policy?: PolicyName[];
  seed: number;
  json?: boolean;
  write?: boolean;
}

const GROWTH = "growth";
const RACES = [RECORDED, ...TRACE_NAMES] as const;
const NAMES = [...SYSTEM_GROUPS, GROWTH, ...RACES] as const;
type Name = (typeof NAMES)[number];

/** Groups that have rows in the table of the CPU driver's operations. */
const KERNEL_GROUPS: readonly SystemGroup[] = ["calls", "memory", "mapping", "revoke", "root-growth"];

const SEED = 20161007;
/** Memory of the made-up traces, in pages, and how many pieces are exchanged in it. */
const RACE_PAGES = 131_072;
const EXCHANGES = 50_000;

/** What `npm run build -- --bench` makes. */
const PROGRAMS = ["bench-program", "bench-init"];
const BUILT = ["bench-loads.wasm", "bench-race.wasm", ...PROGRAMS.flatMap((name) => [`${name}.wasm`, `${name}.elf`])];

const WIDTH = Math.max(...NAMES.map((name) => name.length));

function described(rows: readonly (readonly [name: string, title: string])[]): string {
  return rows.map(([name, title]) => `  ${name.padEnd(WIDTH)}  ${title}`).join("\n");
}

const HELP = `
Measurements of the system:
${described(SYSTEM_GROUPS.map((group) => [group, GROUP_TITLES[group]]))}

Races of libmm's policies, all on the same trace of allocations:
${described([
  [RECORDED, "what init's memory manager is asked for in a boot with its scenarios, recorded anew"],
  ...TRACE_NAMES.map((name) => [name, KINDS[name].title] as const),
  [GROWTH, "the mix with more and more live pieces"],
])}

What the columns mean, and how a trace file looks: docs/benchmarks.md

Examples:
  typefish bench                                  everything: a minute or two
  typefish bench memory calls                     some measurements of the system
  typefish bench mix ranges --seed 7              some races
  typefish bench --trace load.jsonl --policy buddy typefish
                                                  a race on a trace of one's own
  typefish bench --record load.jsonl.gz           what a boot and its scenarios ask for, as such a trace
  typefish bench --json > bench.json
  typefish bench --write                          everything, and tables and plots into docs/benchmarks.md
`;

export function addBenchCommand(program: Command): void {
  program
    .command("bench")
    .description("measure what everything costs, and let the policies of libmm race")
    .argument("[names...]", "what to measure; everything if there is none")
    .option("--trace <file>", "race on a trace from a file (JSON Lines, maybe gzipped; - for standard input)")
    .option("--record <file>", "measure nothing: write the trace of a boot and its scenarios")
    .addOption(new Option("--policy <names...>", "who races; all if absent").choices(POLICIES))
    .option("--seed <n>", "seed of the made-up traces", countArgument, SEED)
    .option("--json", "print one JSON document")
    .option("--write", "write tables and plots into docs/benchmarks.md of the checkout")
    .addHelpText("after", HELP)
    .action((names: string[], options: BenchOptions) => bench(names, options));
}

function isName(name: string): name is Name {
  return (NAMES as readonly string[]).includes(name);
}

/** Who names nothing wants everything, unless he brings a trace. */
function wantedNames(names: readonly string[], { trace }: BenchOptions): Set<Name> {
  const unknown = names.find((name) => !isName(name));
  if (unknown !== undefined) throw new UsageError(`there is no benchmark '${unknown}': choose of ${NAMES.join(", ")}`);
  return new Set(names.length > 0 || trace !== undefined ? names.filter(isName) : NAMES);
}

async function ownTrace(path: string): Promise<Trace> {
  const text = await readText(path);
  try {
    return parseTrace(displayName(path), text);
  } catch (error) {
    throw error instanceof TraceError ? new UsageError(error.message) : error;
  }
}

/** Made one after the other, each when its race is due. */
function* knownTraces(wanted: ReadonlySet<Name>, seed: number, progress: (what: string) => void): Generator<Trace> {
  if (wanted.has(RECORDED)) {
    progress("boot and scenarios, to record a trace");
    yield recordScenarios();
  }
  for (const name of TRACE_NAMES) if (wanted.has(name)) yield makeTrace(name, seed, RACE_PAGES, EXCHANGES);
}

function record(path: string): void {
  const trace = recordScenarios();
  writeLines(path, traceLines(trace));
  const { operations, pages } = trace;
  const takes = operations.filter((operation) => operation.pages > 0).length;
  const size = `${counted(takes, "piece")} taken, ${formatCount(operations.length - takes)} given back`;
  output.line(`${path}: ${trace.title} (${size}, ${formatCount(pages)} pages)`);
}

/** Everything that can be said before minutes go by. */
function checkOptions(names: readonly string[], { trace, record: recordTo, json, write }: BenchOptions): void {
  if (recordTo !== undefined && (names.length > 0 || trace !== undefined || write || json)) {
    throw new UsageError("--record measures nothing: it goes with no names and no other options");
  }
  if (write && (names.length > 0 || trace !== undefined)) {
    throw new UsageError("--write replaces all tables, so it measures everything: leave out the names and --trace");
  }
  try {
    if (write) checkoutFolder();
  } catch (error) {
    throw error instanceof NoCheckout ? new UsageError("--write needs docs/benchmarks.md of a checkout") : error;
  }
}

async function bench(names: string[], options: BenchOptions): Promise<void> {
  const wanted = wantedNames(names, options);
  checkOptions(names, options);
  const own = options.trace === undefined ? [] : [await ownTrace(options.trace)];
  requireBuilt(BUILT, "npm run build -- --bench");
  if (options.record !== undefined) return record(options.record);
  const progress = new ProgressLine();
  const tables: Table[] = [];
  const show = (table: Table): void => {
    progress.clear();
    tables.push(table);
    if (!options.json) output.line(`${textTable(table)}\n`);
  };

  const machine = machineLine();
  if (!options.json) output.line(`${machine}\n`);
  const groups = SYSTEM_GROUPS.filter((group): group is SystemGroup => wanted.has(group));
  const measurements = measureSystem(groups, progress.show);
  for (const table of systemTables(measurements)) show(table);
  const livePages = measurements.sizes("retype");
  if (livePages.length > 0) show(retypeTable(measurements.figure, livePages));
  if (KERNEL_GROUPS.some((group) => wanted.has(group))) {
    const table = kernelTable(measurements.figure, nativeFigures());
    progress.clear();
    if (!options.json) output.line(`${textTable(table)}\n`);
  }

  const races: RaceResult[][] = [];
  const raceOn = (trace: Trace): void => {
    const results = race(trace, options.policy, (share) => progress.show(`race on ${trace.name}, ${share} %`));
    races.push(results);
    show(raceTable(trace, results));
  };
  for (const trace of own) raceOn(trace);
  for (const trace of knownTraces(wanted, options.seed, progress.show)) raceOn(trace);
  const growth: GrowthRow[] = wanted.has(GROWTH) ? measureGrowth(options.seed, progress.show) : [];
  if (growth.length > 0) show(growthTable(growth, options.seed));

  const aims = [...systemAims(measurements), ...raceAims(races.flat(), growth)];
  if (aims.length > 0) show(aimsTable(aims));
  progress.clear();
  if (options.json)
    output.json({
      machine,
      seed: options.seed,
      aims,
      measurements: measurements.toJSON(),
      races: races.flat(),
      growth,
    });
  if (!options.write) return;
  const plots = [
    ...(measurements.sizes("mm-pair").length > 0 ? [systemPlot(measurements)] : []),
    ...(growth.length > 0 ? [growthPlot(growth)] : []),
    ...races.map((results) => fragmentationPlot((results[0] as RaceResult).trace, results)),
  ];
  await writeResults(machine, tables, plots);
  writeKernelResults("hosted", machine, measurements.figures());
}
