#!/usr/bin/env node
/**
 * `npm run fuzz`, `npm run fuzz:syscalls` and `npm run explore`: run as many tests as time permits.
 *
 * Exit code 0 if all is well, 1 if something was found, 2 if the command line is not valid.
 */
import { isMainThread } from "node:worker_threads";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { MissingBuild } from "../../machines/hosted/node/load-images";
import { counted } from "../../observe/text/quantities";
import { readShard, type Shard } from "../../observe/text/shard";
import { describeSystemError, isSystemError, systemReason } from "../../observe/text/system-errors";
import { readTraces } from "../../observe/traces/file";
import { CannotProvide } from "../../observe/traces/machine/space";
import { TraceError } from "../../observe/traces/trace-error";
import { CpuDriver } from "../harness/libraries/cpu-driver";
import { buildId } from "./build-id";
import { failureOfSteps } from "./commands";
import { ENOUGH_OPERATIONS } from "./error-paths";
import { type ExploreCommandOptions, exploreCommand } from "./explore/main";
import { serveExpander } from "./explore/threads";
import type { Failure } from "./failure";
import { ENOUGH_CALLS } from "./hostile/paths";
import { runHostile } from "./hostile/run";
import { createVictim } from "./hostile/victim";
import { ENOUGH_OPERATIONS as ENOUGH_REQUESTS } from "./libraries/answers";
import { runLibraries } from "./libraries/run";
import { readScript } from "./libraries/script";
import { LibrariesDiffer, Session } from "./libraries/session";
import { hexWords, MergeError, mergeReports } from "./merge";
import type { PathReport } from "./path-count";
import { Report } from "./report";
import type { RoundOptions, RoundResult } from "./rounds";
import { run } from "./run";
import { createSubject, playScript, type Subject } from "./side-by-side";

const USAGE = 2;

/** Names of the tests in reports. */
const SIDE_BY_SIDE = "side by side";
const LIBRARIES = "libraries";
const SYSTEM_CALLS = "syscalls";

function amount(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError("It must be at least 1.");
  return number;
}

function wholeNumber(text: string): number {
  const number = Number(text.replaceAll(",", ""));
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError("It must be a whole number.");
  return number;
}

function parseShard(text: string): Shard {
  const shard = readShard(text);
  if (shard === null) throw new InvalidArgumentError("It must look like 1/4, which is the first of four parts.");
  return shard;
}

interface SideBySideOptions {
  ops: number;
  seed: number;
  shard?: Shard;
  json?: boolean;
  replay?: string;
  /** Reports of the parts of a campaign. */
  merge?: string[];
}

/** The fields of a report that say what ran. The reports of one campaign's parts differ only in the shard. */
function identity(test: string, seed: number, ops: number, shard: Shard | undefined): Record<string, unknown> {
  return { test, build: buildId(), seed, ops, ...(shard ? { shard: `${shard.index + 1}/${shard.count}` } : {}) };
}

/** Runs one of the side-by-side tests and reports the result. Returns whether all is well. */
function sideBySide(
  test: string,
  { ops, seed, shard, json = false }: SideBySideOptions,
  run: (options: RoundOptions) => RoundResult<Failure> & PathReport,
): boolean {
  const report = new Report(json, "operation", Math.ceil(ops / (shard?.count ?? 1)));
  const result = run({ operations: ops, seed, shard, progress: (done) => report.progress(done) });
  const { failure, missing, paths } = result;
  const ok = failure === null && missing.length === 0;
  report.end({ ...identity(test, seed, ops, shard), ...result, ok });
  if (json) return ok;

  const taken = paths.filter(({ count }) => count > 0).length;
  report.line(`seed ${seed}: ${report.amount(result.operations)}, ${taken} of ${paths.length} paths taken`);
  for (const path of missing) report.line(`path not taken: ${path}`);
  if (failure) {
    report.line(`\nthe model and the tested code differ (seed of the sequence: ${failure.seed}):`);
    for (const line of failure.what) report.line(`  ${line}`);
    report.line("\nthe shortest sequence that shows it; --replay plays it again:\n");
    for (const line of failure.script) report.line(line);
  }
  return ok;
}

/** Merges the reports of all parts of a campaign. */
function merge(files: readonly string[], test: string, enough: number, json = false): boolean {
  const { ok, ...merged } = mergeReports(files, test, enough);
  if (json) {
    console.log(JSON.stringify({ ...merged, ok }, null, 2));
    return ok;
  }
  const { seed, parts, operations, failures, paths, missing } = merged;
  const taken = paths.filter(({ count }) => count > 0).length;
  console.log(
    `seed ${seed}: ${counted(parts, "part")}, ${counted(operations, "operation")}, ${taken} of ${paths.length} paths taken`,
  );
  for (const path of missing) console.log(`path not taken: ${path}`);
  for (const { shard, what, script } of failures) {
    console.log(`\npart ${shard} failed: ${what}`);
    console.log("the shortest sequence that shows it:\n");
    for (const line of script) console.log(line);
  }
  return ok;
}

async function systemCalls(options: SideBySideOptions): Promise<boolean> {
  if (options.merge) return merge(options.merge, SIDE_BY_SIDE, ENOUGH_OPERATIONS, options.json);
  const subject = await createSubject();
  if (options.replay !== undefined) return replayTraces(options.replay, subject);
  return sideBySide(SIDE_BY_SIDE, options, (rounds) => run(subject, rounds));
}

async function libraries(options: SideBySideOptions): Promise<boolean> {
  if (options.merge) return merge(options.merge, LIBRARIES, ENOUGH_REQUESTS, options.json);
  if (options.replay !== undefined) return replayScript(options.replay);
  const system = await CpuDriver.createSystem();
  return sideBySide(LIBRARIES, options, (rounds) => runLibraries(system, rounds));
}

/** Plays a sequence of requests, and checks everything after each. */
async function replayScript(path: string): Promise<boolean> {
  const { policy, operations } = await readScript(path);
  const session = new Session(await CpuDriver.createSystem(), policy);
  const error = failureOfSteps(session, operations);
  if (error !== null && !(error instanceof LibrariesDiffer)) throw error;
  for (const line of error?.what ?? []) console.log(`  ${line}`);
  console.log(`${counted(operations.length, "request")}, ${error === null ? "no difference" : "a difference"}`);
  return error === null;
}

/** Plays the traces of a file on model and machine, and checks everything after each operation. */
function replayTraces(path: string, subject: Subject): boolean {
  const traces = [...readTraces(path)];
  const differing = traces.filter((trace) => {
    const operations = trace.steps.map(({ operation }) => operation);
    const difference = playScript(subject, trace.header, operations);
    if (!difference) return false;
    console.log(`${path}:${trace.steps[difference.operations.length - 1]?.line ?? trace.line}`);
    for (const line of difference.what) console.log(`  ${line}`);
    return true;
  });
  console.log(`${counted(traces.length, "trace")}, ${differing.length} with differences`);
  return differing.length === 0;
}

interface HostileOptions {
  calls: number;
  seed: number;
  shard?: Shard;
  json?: boolean;
  merge?: string[];
}

function hostile({ calls, seed, shard, json = false, merge: reports }: HostileOptions): boolean {
  if (reports) return merge(reports, SYSTEM_CALLS, ENOUGH_CALLS, json);
  const report = new Report(json, "call", Math.ceil(calls / (shard?.count ?? 1)));
  const progress = (done: number) => report.progress(done);
  const result = runHostile({ machine: createVictim(), calls, seed, shard, progress });
  const { failure, missing } = result;
  const ok = failure === null && missing.length === 0;
  report.end({ ...identity(SYSTEM_CALLS, seed, calls, shard), operations: result.calls, ...result, ok });
  if (json) return ok;
  report.line(
    `seed ${seed}: ${report.amount(result.calls)}, ${counted(result.boots, "boot")}, ${counted(result.answers.length, "different answer")}`,
  );
  for (const path of missing) report.line(`answer never given: ${path}`);
  if (failure) {
    report.line(`\nafter ${counted(failure.call, "call")}:`);
    for (const line of failure.what) report.line(`  ${line}`);
    report.line("\nthe words of each of the last calls:\n");
    for (const words of failure.words) report.line(hexWords(words));
  }
  return ok;
}

const EXPLORE_EXAMPLES = `
Examples:
  npm run explore                                    explore all sequences of six calls
  npm run explore -- --depth 40                      explore all states that the tiny system has
  npm run explore -- --wide --depth 40 --states 1000000
                                                     explore a million states of the wide system
  npm run explore -- --depth 4 --json                print the result as JSON
  npm run explore -- --images /tmp/broken            explore another build of the CPU driver

Ctrl-C ends the exploration, with a report of what it has explored so far.

Exit code: 0 if all is well, 1 if a violation was found, 2 if the command line is wrong.`;

/** Adds the options that divide a test into parts. */
function addPartOptions(command: Command): Command {
  return command
    .option("--shard <i/n>", "play only part i of n parts", parseShard)
    .option("--merge <files...>", "merge the reports that --json printed for all parts of a campaign");
}

/** Adds the options of both side-by-side tests. */
function addSideBySideOptions(command: Command, operations: number, replay: string): Command {
  return addPartOptions(command)
    .option("--ops <n>", "number of operations", amount, operations)
    .option("--seed <n>", "seed of the random operations", wholeNumber, 1)
    .option("--json", "print a report as JSON")
    .option("--replay <file>", replay);
}

function createProgram(finish: (ok: boolean) => void): Command {
  const program = new Command("fuzz");
  addSideBySideOptions(program, 1_000_000, "play the traces of a file instead of random operations")
    .description("Makes random operations on the model and on the machine, and compares the two after each.")
    .action(async (options: SideBySideOptions) => finish(await systemCalls(options)));
  addSideBySideOptions(
    program.command("libraries"),
    100_000,
    "play a file with a printed sequence instead of random requests",
  )
    .description(
      "Makes random requests as a client of libmm, slots, frames and mappings, and compares the answers with a model.",
    )
    .action(async (options: SideBySideOptions) => finish(await libraries(options)));
  addPartOptions(program.command("syscalls"))
    .description("Makes random and broken system calls, and checks that the CPU driver survives each.")
    .option("--calls <n>", "number of system calls", amount, 10_000_000)
    .option("--seed <n>", "seed of the random calls", wholeNumber, 1)
    .option("--json", "print a report as JSON")
    .action((options: HostileOptions) => finish(hostile(options)));
  program
    .command("explore")
    .description("Makes every sequence of a few calls on a tiny system, and compares the machine with the model.")
    .option("--depth <n>", "number of calls in a sequence", amount, 6)
    .addOption(
      new Option("--states <n>", "stop when n states are found")
        .argParser(amount)
        .default(Number.MAX_SAFE_INTEGER, "no limit"),
    )
    .option("--threads <n>", "number of threads (default: the number of processors)", amount)
    .option("--images <folder>", "folder with cpudriver.wasm and mmu.wasm of another build")
    .option("--wide", "explore the wide system, which has one slot more and millions of states")
    .option("--bear-beginning", "ignore violations before the first call")
    .option("--json", "print a report as JSON")
    .addHelpText("after", EXPLORE_EXAMPLES)
    .action(async (options: ExploreCommandOptions) => finish(await exploreCommand(options)));
  program.enablePositionalOptions();
  for (const command of [program, ...program.commands]) command.exitOverride().allowExcessArguments();
  program.hook("preAction", (_, command) => refuseExcess(command));
  return program;
}

/** Refuses arguments that the command does not take. */
function refuseExcess(command: Command): void {
  const [excess] = command.args;
  if (excess === undefined) return;
  const help =
    command.parent === null
      ? "npm run fuzz -- --help lists the commands"
      : `npm run ${nameOf(command)} -- --help lists the options`;
  command.error(`error: unknown command or argument '${excess}': ${help}`);
}

function nameOf(command: Command): string {
  return command.name() === "explore" ? "explore" : `fuzz -- ${command.name()}`;
}

/** One line about an error that users can correct; null for any other error. */
function correctable(error: unknown): string | null {
  if (isSystemError(error)) return describeSystemError(error);
  if (error instanceof WebAssembly.CompileError) return `the images cannot be loaded: ${error.message}`;
  const isKnown = [TraceError, CannotProvide, MissingBuild, MergeError].some((kind) => error instanceof kind);
  return isKnown ? (error as Error).message : null;
}

/** Ends the command when its reader closes the pipe, as `head` does. That is no failure of the test. */
function endWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    console.error(`standard output cannot be written: ${systemReason(error)}`);
    process.exit(USAGE);
  });
}

if (!isMainThread) await serveExpander();
else await main();

async function main(): Promise<void> {
  endWithReader();
  try {
    await createProgram((ok) => {
      process.exitCode = ok ? 0 : 1;
    }).parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE;
    else {
      const message = correctable(error);
      if (message === null) throw error;
      console.error(message);
      process.exitCode = USAGE;
    }
  }
}
