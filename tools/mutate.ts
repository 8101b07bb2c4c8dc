/**
 * `npm run mutate`: changes the system in one place at a time and reports whether a test fails.
 *
 * Exit codes:
 *
 *     0    at least 95 % of the valid mutants were killed
 *     1    fewer were killed
 *     2    the command line is not valid
 *     3    tests fail without a mutant, or another run uses the same copy
 *     130  the run was interrupted; the same command continues it
 */
import { join } from "node:path";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { ProgressLine } from "../observe/text/progress";
import { formatDuration, parseCount } from "../observe/text/quantities";
import { readShard, type Shard } from "../observe/text/shard";
import type { Mutant } from "./mutate/places";
import { changeLine, scoreOf, scoreTable, survivorLines } from "./mutate/report";
import type { Result } from "./mutate/results";
import { BrokenTree, MutantRunner } from "./mutate/run";
import { allMutants, chooseMutants, shardOf } from "./mutate/selection";
import { stopTests } from "./mutate/test-run";
import { Workspace, WorkspaceInUse } from "./mutate/workspace";

const AIM_PERCENT = 95;
const enum ExitCode {
  OK = 0,
  BELOW_AIM = 1,
  USAGE = 2,
  CANNOT_JUDGE = 3,
  INTERRUPTED = 130,
}

const HELP = `
Examples:
  npm run mutate -- --seed 7 --mutants 200              try 200 mutants, some of them invalid
  npm run mutate -- --seed 7 --mutants 200 --shard 1/2  try the first half of them; 2/2 is the other half, for another terminal
  npm run mutate -- --longest 30                        be quicker; a test that is left out may kill a survivor
  npm run mutate -- --seed 7 --mutants 20 --list        show the mutants only
  npm run mutate -- --mutant system/cpudriver/cap/copy.ts:30:20:ne
                                                        try one again, even if its verdict is known

Verdicts: killed (a test fails), timeout (the tests do not end; counts as killed), survived, equivalent (it compiles to
the same modules), uncompilable. The last two are invalid and do not count. A mutant whose verdict is known is not run
again; build/mutate/results.jsonl has the verdicts.

Exit codes: 0 at least ${AIM_PERCENT} % of the valid mutants were killed, 1 fewer, 2 the command line is wrong,
3 tests fail without a mutant or another run is under way, 130 interrupted (the same command goes on where it was).
`;

interface Options {
  seed: number;
  mutants: number;
  shard?: Shard;
  longest?: number;
  mutant?: string;
  list?: boolean;
  json?: boolean;
}

function wholeNumber(text: string): number {
  const number = parseCount(text);
  if (number === null) throw new InvalidArgumentError("It must be a whole number.");
  return number;
}

function amount(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError("It must be at least 1.");
  return number;
}

function parseShard(text: string): Shard {
  const shard = readShard(text);
  if (shard === null) throw new InvalidArgumentError("It must look like 1/4, which is the first of four parts.");
  return shard;
}

function choose({ mutant: id, mutants: count, seed, shard }: Options): Mutant[] {
  const all = allMutants(".");
  if (id === undefined) {
    const chosen = chooseMutants(all, count, seed);
    return shard ? shardOf(chosen, shard) : chosen;
  }
  const mutant = all.find((candidate) => candidate.id === id);
  if (!mutant) throw new InvalidArgumentError(`There is no mutant ${id}. --list shows some.`);
  return [mutant];
}

function list(mutants: readonly Mutant[], json: boolean): void {
  if (json) console.log(JSON.stringify(mutants, null, 2));
  else for (const mutant of mutants) console.log(changeLine(mutant));
}

async function tryAll(
  mutants: readonly Mutant[],
  { shard, longest, mutant: only, json = false }: Options,
): Promise<Result[]> {
  const folder = join(process.cwd(), "build/mutate");
  const name = shard ? `tree-${shard.index + 1}-of-${shard.count}` : "tree";
  const workspace = new Workspace(process.cwd(), join(folder, name));
  // The build and the tests' own builds work in the current directory.
  process.chdir(workspace.folder);
  const runner = new MutantRunner(workspace, folder, longest);
  const progress = new ProgressLine("mutating");
  progress.show("builds everything and runs the tests once without a mutant");
  await runner.prepare();

  const results: Result[] = [];
  for (const [at, mutant] of mutants.entries()) {
    const known = only === undefined ? runner.known(mutant) : null;
    progress.show(`${at + 1} of ${mutants.length}, ${scoreOf(results).survived} survived; ${mutant.id}`);
    const result = known ?? (await runner.try(mutant));
    results.push(result);
    progress.clear();
    if (json) continue;
    const took = known ? "known" : formatDuration(1000 * result.seconds);
    console.log(
      `${result.verdict.padEnd(12)} ${changeLine(result)} (${took})${result.by ? `\n             ${result.by}` : ""}`,
    );
  }
  return results;
}

async function run(options: Options): Promise<ExitCode> {
  const mutants = choose(options);
  const { json = false, seed, shard } = options;
  if (options.list) {
    list(mutants, json);
    return ExitCode.OK;
  }
  const results = await tryAll(mutants, options);
  const score = scoreOf(results);
  if (json) {
    const part = shard ? { shard: `${shard.index + 1}/${shard.count}` } : {};
    console.log(JSON.stringify({ seed, ...part, ...score, results }, null, 2));
  } else {
    for (const line of ["", ...scoreTable(results), ...survivorLines(results)]) console.log(line);
  }
  return score.percent >= AIM_PERCENT ? ExitCode.OK : ExitCode.BELOW_AIM;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    stopTests();
    process.exit(ExitCode.INTERRUPTED);
  });
}

try {
  await new Command("mutate")
    .description("Changes the CPU driver and the libraries in one place at a time and reports whether a test fails.")
    .option("--seed <n>", "seed that selects the mutants", wholeNumber, 1)
    .option("--mutants <n>", "number of mutants", amount, 200)
    .option("--shard <i/n>", "try only part i of n parts", parseShard)
    .option("--longest <seconds>", "leave out test files that take longer without a mutant", amount)
    .option("--mutant <id>", "try this mutant only, even if its verdict is known")
    .option("--list", "show the mutants and do nothing")
    .option("--json", "print a report as JSON")
    .addHelpText("after", HELP)
    .exitOverride()
    .action(async (options: Options) => {
      process.exitCode = await run(options);
    })
    .parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    if (error instanceof InvalidArgumentError) console.error(error.message);
    process.exitCode = error.exitCode === 0 ? ExitCode.OK : ExitCode.USAGE;
  } else if (error instanceof BrokenTree || error instanceof WorkspaceInUse) {
    console.error(error.message);
    process.exitCode = ExitCode.CANNOT_JUDGE;
  } else throw error;
}
