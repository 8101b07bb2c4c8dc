/** `typefish bench` measures what the operations of the system cost, and compares the policies of libmm. */
import { type Command, Option } from "commander";
import type { AllocationTrace } from "../../../evidence/bench/allocation-trace";
import { machineLine } from "../../../evidence/bench/machine-line";
import { NativeCode } from "../../../evidence/bench/race-code";
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
import { requireWritable } from "../files";
import { output } from "../output";
import { warnIfStale } from "../stale";
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

/** The programs that `npm run build -- --bench` makes. */
const PROGRAMS = ["bench-program", "bench-init"];
const PARTS = [...PROGRAMS, "bench-loads", "bench-race"];
const BUILD = "npm run build -- --bench";
const BUILT = ["bench-loads.wasm", "bench-race.wasm", ...PROGRAMS.flatMap((name) => [`${name}.wasm`, `${name}.elf`])];

const WIDTH = Math.max(...BENCHMARKS.map((name) => name.length));

function described(rows: readonly (readonly [name: string, title: string])[]): string {
  return rows.map(([name, title]) => `  ${name.padEnd(WIDTH)}  ${title}`).join("\n");
}

const HELP = `
Measurements of the system:
${described(SYSTEM_TITLES)}

Races of libmm's policies. In a race, all policies serve the same trace of requests:
${described(RACE_TITLES)}

docs/benchmarks.md explains the measurements of the system. docs/benchmarks-policies.md explains the columns of
the races and the format of a trace file.

Examples:
  typefish bench                                  run all benchmarks, which takes a few minutes
  typefish bench memory calls                     run two measurements of the system
  typefish bench mix ranges --seed 7              run two races
  typefish bench --trace load.jsonl --policy buddy typefish
                                                  run a race of two policies on a trace of your own
  typefish bench --record load.jsonl.gz           write the requests of a boot and its scenarios to a trace file
  typefish bench --json > bench.json              print all figures as JSON
  typefish bench --write                          run all benchmarks and update both pages in docs/
`;

export function addBenchCommand(program: Command): void {
  program
    .command("bench")
    .description("measure what operations cost, and compare the policies of libmm")
    .argument("[names...]", "benchmarks to run (default: all)")
    .option("--trace <file>", "run a race on a trace file (JSON Lines, plain or gzipped; - for standard input)")
    .option("--record <file>", "only write the requests of a boot and its scenarios to a trace file")
    .addOption(new Option("--policy <names...>", "policies that race (default: all)").choices(POLICIES))
    .option("--seed <n>", "seed of the generated traces", countArgument, SEED)
    .option("--json", "print one JSON document")
    .option("--write", "write tables and plots into the pages in docs/ of the checkout")
    .addHelpText("after", HELP)
    .action((names: string[], options: BenchOptions) => bench(names, options));
}

function isName(name: string): name is BenchmarkName {
  return (BENCHMARKS as readonly string[]).includes(name);
}

/** Without a name, all benchmarks run; but with a trace and no name, only the race on that trace. */
function wantedNames(names: readonly string[], { trace }: BenchOptions): Set<BenchmarkName> {
  const unknown = names.find((name) => !isName(name));
  if (unknown !== undefined)
    throw new UsageError(`there is no benchmark '${unknown}': choose from ${BENCHMARKS.join(", ")}`);
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
  const size = `${counted(takes, "piece")} allocated, ${formatCount(operations.length - takes)} freed`;
  output.line(`${path}: ${trace.title} (${size}, ${formatCount(pages)} pages)`);
}

/** Reports mistakes in the options before the measurements begin. */
function checkOptions(names: readonly string[], options: BenchOptions): void {
  const { trace, record: recordTo, policy, json, write } = options;
  if (recordTo !== undefined && (names.length > 0 || trace !== undefined || write || json)) {
    throw new UsageError("--record only writes a trace file: leave out names, --trace, --write, --json");
  }
  if (recordTo !== undefined) requireWritable("--record", recordTo);
  if (write && (names.length > 0 || trace !== undefined || policy !== undefined)) {
    throw new UsageError("--write replaces all tables, so it runs all benchmarks: leave out names, --trace, --policy");
  }
  try {
    if (write) checkoutFolder();
  } catch (error) {
    throw error instanceof NoCheckout
      ? new UsageError("--write needs a checkout of the repository, with its folder docs/")
      : error;
  }
}

async function bench(names: string[], options: BenchOptions): Promise<void> {
  const wanted = wantedNames(names, options);
  checkOptions(names, options);
  const own = options.trace === undefined ? [] : [await ownTrace(options.trace)];
  requireBuilt(BUILT, BUILD);
  const onlyRaces = options.record === undefined && wanted.size === 0;
  const parts = onlyRaces ? ["bench-race"] : PARTS;
  warnIfStale(NativeCode.isBuilt() ? [...parts, "native-race"] : parts, BUILD);
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
    const remark = (sentence: string) => {
      progress.clear();
      if (!json) output.line(`${sentence}\n`);
    };
    findings = runBenchmarks({ names: wanted, own, policies, seed }, { progress: progress.show, table, remark });
  } finally {
    progress.clear();
  }
  if (json) {
    const { machine, aims, measurements, races, growth } = findings;
    output.json({ machine, seed, aims, measurements, races: races.flat(), growth });
  }
  if (options.write) await writeFindings(findings, checkoutFolder());
}
