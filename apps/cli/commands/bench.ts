/** `typefish bench`: measures the cost of every operation on this machine, and compares libmm's policies. */
import { type Command, Option } from "commander";
import type { AllocationTrace } from "../../../evidence/bench/allocation-trace";
import { machineLine } from "../../../evidence/bench/machine-line";
import { recordScenarios } from "../../../evidence/bench/record";
import {
  BENCHMARKS,
  type BenchmarkName,
  type Findings,
  RACE_TITLES,
  runBenchmarks,
  SYSTEM_TITLES,
  writeFindings,
} from "../../../evidence/bench/run";
import { type Table, textTable } from "../../../evidence/bench/tables";
import { parseTrace, traceLines } from "../../../evidence/bench/trace-file";
import { checkoutFolder, NoCheckout } from "../../../machines/native/checkout";
import { ProgressLine } from "../../../observe/text/progress";
import { counted, formatCount } from "../../../observe/text/quantities";
import { displayName, readText, writeLines } from "../../../observe/traces/file";
import { POLICIES, type PolicyName } from "../../../system/libmm/layout/mm-policies";
import { countArgument } from "../board-options";
import { requireBuilt } from "../built-files";
import { output } from "../output";
import { UsageError } from "../usage-error";

interface BenchOptions {
  trace?: string;
  record?: string;
  policy?: PolicyName[];
  seed: number;
  json?: boolean;
  write?: boolean;
}

const SEED = 20161007;

/** Programs that only `npm run build -- --bench` makes. */
const PROGRAMS = ["bench-program", "bench-init"];
const BUILT = ["bench-loads.wasm", "bench-race.wasm", ...PROGRAMS.flatMap((name) => [`${name}.wasm`, `${name}.elf`])];

const WIDTH = Math.max(...BENCHMARKS.map((name) => name.length));

function described(rows: readonly (readonly [name: string, title: string])[]): string {
  return rows.map(([name, title]) => `  ${name.padEnd(WIDTH)}  ${title}`).join("\n");
}

const HELP = `
Measurements of the system:
${described(SYSTEM_TITLES)}

Races of libmm's policies, all on the same trace of allocations; each operation is timed by itself:
${described(RACE_TITLES)}

What the columns mean, and how a trace file looks: docs/benchmarks.md

Examples:
  typefish bench                                  everything: a few minutes
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

function isName(name: string): name is BenchmarkName {
  return (BENCHMARKS as readonly string[]).includes(name);
}

/** The benchmarks to run. Without names: all of them, or none if a trace is given. */
function wantedNames(names: readonly string[], { trace }: BenchOptions): Set<BenchmarkName> {
  const unknown = names.find((name) => !isName(name));
  if (unknown !== undefined)
    throw new UsageError(`there is no benchmark '${unknown}': choose of ${BENCHMARKS.join(", ")}`);
  return new Set(names.length > 0 || trace !== undefined ? names.filter(isName) : BENCHMARKS);
}

async function ownTrace(path: string): Promise<AllocationTrace> {
  return parseTrace(displayName(path), await readText(path));
}

function record(path: string): void {
  const trace = recordScenarios();
  writeLines(path, traceLines(trace));
  const { operations, pages } = trace;
  const takes = operations.filter((operation) => operation.pages > 0).length;
  const size = `${counted(takes, "piece")} taken, ${formatCount(operations.length - takes)} given back`;
  output.line(`${path}: ${trace.title} (${size}, ${formatCount(pages)} pages)`);
}

/** Checks the options before the measurements start, because these take minutes. */
function checkOptions(names: readonly string[], options: BenchOptions): void {
  const { trace, record: recordTo, policy, json, write } = options;
  if (recordTo !== undefined && (names.length > 0 || trace !== undefined || write || json)) {
    throw new UsageError("--record measures nothing: it goes with no names and no other options");
  }
  if (write && (names.length > 0 || trace !== undefined || policy !== undefined)) {
    throw new UsageError("--write replaces all tables, so it measures everything: leave out names, --trace, --policy");
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

  const { policy: policies = POLICIES, seed, json } = options;
  const progress = new ProgressLine();
  if (!json) output.line(`${machineLine()}\n`);
  const table = (found: Table) => {
    progress.clear();
    if (!json) output.line(`${textTable(found)}\n`);
  };
  let findings: Findings;
  try {
    findings = runBenchmarks({ names: wanted, own, policies, seed }, { progress: progress.show, table });
  } finally {
    progress.clear();
  }
  if (json) {
    const { machine, aims, measurements, races, growth } = findings;
    output.json({ machine, seed, aims, measurements, races: races.flat(), growth });
  }
  if (options.write) await writeFindings(findings);
}
