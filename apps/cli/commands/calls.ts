/** `typefish calls`: boots, runs scenarios if requested, and shows the system calls in words, as strace does. */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { RunResult } from "../../../machines/results";
import { allErrorNames } from "../../../observe/calls/error-names";
import { type CallFilter, matches } from "../../../observe/calls/filter";
import { callJson } from "../../../observe/calls/json";
import { CALL_KINDS, type CallKind } from "../../../observe/calls/kinds";
import { callText } from "../../../observe/calls/text";
import { parseSought, type Sought } from "../../../observe/calls/touching";
import { CallTracer, type SystemCall } from "../../../observe/calls/tracer";
import { PhysicalReader } from "../../../observe/decode/memory-reader";
import { followConsole, ScenarioCollector } from "../../../observe/scenario-lines";
import { ProgressLine } from "../../../observe/text/progress";
import { counted, formatCount, parseCount } from "../../../observe/text/quantities";
import { addBoardOptions, countArgument } from "../board-options";
import { colorsFor } from "../colors";
import { complaintAbout, exitCodeOf } from "../outcome";
import { output } from "../output";
import { callsOfRecording } from "../recorded-calls";
import { openRecording, recordingOption, recordSession } from "../recordings";
import { requireScenarios } from "../scenario-list";
import { NO_SCENARIO, openSession, type SessionOptions } from "../session";
import { UsageError } from "../usage-error";

interface CallsOptions extends SessionOptions {
  recording?: string;
  touching?: Sought;
  backwards?: boolean;
  kind?: CallKind[];
  slot?: number;
  address?: number;
  errors?: boolean;
  error?: string;
  from?: number;
  to?: number;
  limit?: number;
  all?: boolean;
  json?: boolean;
  color: boolean;
}

const EXAMPLES = `
A line is a call: its number since boot, its name, its arguments and its answer. The indented lines say what it changed:
+ is a slot that was filled or entries of a page table that were written, - is what went away, ~ is what changed.
Each capability address is followed by what its slot holds before the call.

Kinds:
  ${CALL_KINDS.slice(0, 12).join(", ")},
  ${CALL_KINDS.slice(12, 21).join(", ")},
  ${CALL_KINDS.slice(21).join(", ")}

Examples:
  typefish calls --scenario T03 --limit 20         show the first calls of a scenario
  typefish calls --scenario T03 --kind retype,map  show only calls that make or map objects
  typefish calls --scenario 'H*' --errors          show the calls that the CPU driver refused
  typefish calls --scenario T03 --slot 0x702       show the calls that name or change a slot
  typefish calls --scenario T40 --address 0x1000000
                                                   show the calls about a physical or virtual address
  typefish calls --to 100                          show the first hundred calls after boot
  typefish calls --scenario '*' --json > calls.jsonl
                                                   write every call as JSON, one object a line
  typefish calls --recording run.tfr --from 700 --to 800
                                                   show calls of a recording, without running the board again
  typefish calls --scenario T03 --touching slot:0x702 --backwards --limit 1
                                                   show who changed a slot last
  typefish calls --recording run.tfr --touching page:0x8026c000 --to 900
                                                   show who changed a page up to call 900

--touching records the run, and shows each call that changed the memory, and each part of the program between two calls
that did. It takes
  0x8026c010         the word at a physical address, or at a virtual address of the program
  page:0x8026c000    the 4 KiB of memory around the address
  slot:0x702         the slot with a capability address
  capability:0x702   the memory of the capability in that slot
Slots and virtual addresses are looked up before call --from, or else after call --to, or else at the end of the run.

docs/calls.md describes both formats, docs/recordings.md the search for changes. typefish inspect --at-call N shows the memory after call N.
`;

function kindsArgument(text: string): CallKind[] {
  return text.split(",").map((name) => {
    const kind = CALL_KINDS.find((candidate) => candidate === name.trim());
    if (!kind)
      throw new InvalidArgumentError(`There is no kind '${name.trim()}': choose from ${CALL_KINDS.join(", ")}.`);
    return kind;
  });
}

function addressArgument(text: string): number {
  const address = parseCount(text);
  if (address === null) throw new InvalidArgumentError("Expected an address such as 0x702.");
  return address;
}

function soughtArgument(text: string): Sought {
  const sought = parseSought(text);
  if (sought === null)
    throw new InvalidArgumentError("Expected 0x8026c010, page:0x8026c000, slot:0x702 or capability:0x702.");
  return sought;
}

function errorArgument(text: string): string {
  if (allErrorNames().includes(text)) return text;
  throw new InvalidArgumentError(`There is no error '${text}': system/kpi/errno.ts lists the names.`);
}

export function addCallsCommand(program: Command): void {
  const command = program
    .command("calls")
    .description("boot the board and show every system call of the program: arguments, answer, what changed");
  addBoardOptions(command)
    .option("--scenario <pattern>", "run these scenarios, and show only their calls", NO_SCENARIO)
    .option("--all", "with --scenario, also show the calls before and after the scenarios")
    .addOption(new Option("--kind <kinds>", "show only calls of these kinds").argParser(kindsArgument))
    .option("--slot <address>", "show only calls that name or change this slot", addressArgument)
    .option("--address <address>", "show only calls about this physical or virtual address", addressArgument)
    .option("--errors", "show only calls that failed")
    .option("--error <name>", "show only calls that failed with this error, such as SYS_ERR_SLOT_IN_USE", errorArgument)
    .option("--from <n>", "begin at call n since boot, whatever the scenario", countArgument)
    .option("--to <n>", "end after call n since boot, whatever the scenario", countArgument)
    .option("--limit <n>", "end after n calls have been shown", countArgument)
    .addOption(recordingOption("show the calls of a recording instead of a run"))
    .option("--touching <what>", "show only what changed this memory", soughtArgument)
    .option("--backwards", "show the last call first; only with --recording or --touching")
    .option("--json", "print one JSON object a line")
    .option("--no-color", "use no colours, even on a terminal")
    .addHelpText("after", EXAMPLES)
    .action((options: CallsOptions) => calls(options));
}

/** Thrown through the machine when no further call will be shown. */
class Enough {}

async function calls(options: CallsOptions): Promise<void> {
  const { recording: path, touching, backwards = false } = options;
  const { from = 1, to = Number.POSITIVE_INFINITY } = options;
  if (from > to) throw new UsageError(`--from ${from} is after --to ${to}`);
  if (path === undefined) requireScenarios(options, options.scenario);
  if (path === undefined && !touching) {
    if (backwards) throw new UsageError("--backwards needs a recording: add --recording or --touching");
    return callsOfRun(options);
  }
  const recording = path === undefined ? recordSession(options).recording : await openRecording(path);
  callsOfRecording(recording, { ...options, touching, backwards, filter: filterOf(options) });
}

function filterOf({ kind: kinds, slot, address, errors: failed, error }: CallsOptions): CallFilter {
  return { kinds, slot, address, failed, error };
}

function callsOfRun(options: CallsOptions): void {
  const { from = 1, to = Number.POSITIVE_INFINITY, limit = Number.POSITIVE_INFINITY } = options;
  const filter = filterOf(options);
  const isWindowed =
    options.scenario !== NO_SCENARIO && !options.all && options.from === undefined && options.to === undefined;
  const scenarios = new ScenarioCollector();
  /** Whether all scenarios have ended. */
  const isOver = () => scenarios.asked > 0 && scenarios.results.length >= scenarios.asked;
  const lines = followConsole(scenarios, { onStep: () => machine.restartClock() });
  const colors = colorsFor(process.stdout, options.color && !options.json);
  const progress = new ProgressLine("calls");
  let [shown, seen] = [0, 0];

  const show = (call: SystemCall, scenario: string | null): void => {
    progress.clear();
    if (options.json) output.write(`${JSON.stringify(callJson(call, scenario))}\n`);
    else {
      const text = callText(call);
      output.line(call.answer?.ok === false ? colors.red(text) : text);
    }
    shown++;
  };

  const { machine } = openSession(
    options,
    (chunk) => lines.push(chunk),
    (words, handle) => observe(words, handle),
  );
  let tracer: CallTracer | null = null;
  const observe = (words: readonly number[], handle: () => bigint): bigint => {
    const number = machine.counter("systemCalls") + 1;
    if (number > to || shown >= limit || (isWindowed && isOver())) throw new Enough();
    seen = number;
    if (number % PROGRESS_CALLS === 0) progress.show(`${formatCount(number)} made, ${formatCount(shown)} shown`);
    if (number < from || (isWindowed && scenarios.running === null)) {
      tracer?.forget();
      return handle();
    }
    tracer ??= new CallTracer(new PhysicalReader(machine.dram, machine.board.dram.base), machine.kernelState);
    const scenario = scenarios.running;
    return tracer.trace(number, words, handle, (call) => {
      if (matches(call, filter)) show(call, scenario);
    });
  };

  let result: RunResult | null = null;
  try {
    result = machine.run();
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  } finally {
    progress.clear();
  }
  if (!options.json) output.line(`${shown === 0 ? "" : "\n"}${formatCount(shown)} of ${counted(seen, "call")} shown`);
  if (result === null) return;
  const complaint = complaintAbout({ result, scenarios });
  if (complaint !== null) output.complaint(complaint);
  process.exitCode = exitCodeOf({ result, scenarios });
}

const PROGRESS_CALLS = 10_000;
