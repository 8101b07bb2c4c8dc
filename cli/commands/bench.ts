/** `typefish bench`: what everything costs on this machine, and which policy of libmm does best. */
import { type Command, Option } from "commander";
import { systemAims } from "../../bench/aims";
import { writeDocument } from "../../bench/document";
import { type GrowthRow, measureGrowth } from "../../bench/growth";
import { machineLine } from "../../bench/machine-line";
import { fragmentationPlot, growthPlot, systemPlot } from "../../bench/plots";
import { ProgressLine } from "../../bench/progress";
import { POLICIES, type PolicyName, type RaceResult, race } from "../../bench/race";
import { growthTable, raceAims, raceTable } from "../../bench/race-tables";
import { measureSystem, SYSTEM_GROUPS, type SystemGroup } from "../../bench/system";
import { aimsTable, systemTables, type Table, textTable } from "../../bench/tables";
import { makeTrace, readTrace, TRACE_NAMES, type Trace, TraceError, type TraceName } from "../../bench/traces";
import { countArgument } from "../board-options";
import { output } from "../output";
import { UsageError } from "../usage-error";

interface BenchOptions {
  trace?: string;
  policy?: PolicyName[];
  seed: number;
  json?: boolean;
  write?: boolean;
}

const GROWTH = "growth";
const NAMES = [...SYSTEM_GROUPS, GROWTH, ...TRACE_NAMES] as const;
type Name = (typeof NAMES)[number];

const SEED = 20161007;
/** Memory of the made-up traces, in pages, and how many pieces are exchanged in it. */
const RACE_PAGES = 131_072;
const EXCHANGES = 50_000;

const EXAMPLES = `
Examples:
  typefish bench                                  everything: a minute or two
  typefish bench memory calls                     some measurements of the system
  typefish bench mix ranges                       the policies of libmm race on these traces
  typefish bench --trace load.jsonl --policy buddy typefish
                                                  on a trace of one's own
  typefish bench --json > bench.json
  typefish bench --write                          and put tables and plots into docs/benchmarks.md
`;

export function addBenchCommand(program: Command): void {
  program
    .command("bench")
    .description("measure what everything costs, and let the policies of libmm race")
    .argument("[names...]", `what to measure: ${NAMES.join(", ")}; everything if there is none`)
    .option("--trace <file>", "race on a trace from a file (JSON Lines)")
    .addOption(new Option("--policy <names...>", "who races").choices(POLICIES))
    .option("--seed <n>", "seed of the made-up traces", countArgument, SEED)
    .option("--json", "print one JSON document")
    .option("--write", "write tables and plots into docs/benchmarks.md")
    .addHelpText("after", EXAMPLES)
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

function ownTrace(path: string): Trace {
  try {
    return readTrace(path);
  } catch (error) {
    if (error instanceof TraceError) throw new UsageError(error.message);
    if (error instanceof Error && "code" in error) throw new UsageError(`${path}: cannot be read (${error.code})`);
    throw error;
  }
}

function* traces(wanted: ReadonlySet<Name>, { trace, seed }: BenchOptions): Generator<Trace> {
  if (trace !== undefined) yield ownTrace(trace);
  for (const name of TRACE_NAMES as readonly TraceName[]) {
    if (wanted.has(name)) yield makeTrace(name, seed, RACE_PAGES, EXCHANGES);
  }
}

async function bench(names: string[], options: BenchOptions): Promise<void> {
  const wanted = wantedNames(names, options);
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

  const races: RaceResult[][] = [];
  for (const trace of traces(wanted, options)) {
    progress.show(`race on ${trace.name}`);
    const results = race(trace, options.policy);
    races.push(results);
    show(raceTable(trace, results));
  }
  const growth: GrowthRow[] = wanted.has(GROWTH) ? measureGrowth(options.seed, progress.show) : [];
  if (growth.length > 0) show(growthTable(growth));

  const aims = [...systemAims(measurements), ...raceAims(races.flat(), growth)];
  if (aims.length > 0) show(aimsTable(aims));
  progress.clear();
  if (options.json) output.json({ machine, aims, measurements: measurements.toJSON(), races: races.flat(), growth });
  if (!options.write) return;
  const plots = [
    ...(measurements.sizes("mm-pair").length > 0 ? [systemPlot(measurements)] : []),
    ...(growth.length > 0 ? [growthPlot(growth)] : []),
    ...races.map((results) => fragmentationPlot((results[0] as RaceResult).trace, results)),
  ];
  await writeDocument(machine, tables, plots);
}
