/** `typefish replay`: replays recorded traces on the machine and compares the answers. */
import { setImmediate } from "node:timers/promises";
import { type Command, Option } from "commander";
import type { CallMachine } from "../../../machines/calls/call-machine";
import { ProgressLine } from "../../../observe/text/progress";
import { counted, formatDuration } from "../../../observe/text/quantities";
import type { Difference } from "../../../observe/traces/compare";
import { displayName, openTraces, STANDARD_INPUT, writeLines } from "../../../observe/traces/file";
import { CannotProvide } from "../../../observe/traces/machine/space";
import { MachineSystem } from "../../../observe/traces/machine/system";
import { playTrace, type TraceResult } from "../../../observe/traces/play";
import type { Trace } from "../../../observe/traces/trace";
import { TraceError } from "../../../observe/traces/trace-error";
import { countArgument } from "../board-options";
import { ExitCode } from "../exit-code";
import { requireWritable } from "../files";
import { output } from "../output";
import { createReplayMachine, REPLAY_MACHINES, type ReplayMachineName } from "../replay-machines";

interface ReplayOptions {
  machine: ReplayMachineName;
  record?: string;
  differences: number;
  json?: boolean;
}

interface FileResult {
  file: string;
  traces: number;
  operations: number;
  agreements: number;
  differences: number;
  milliseconds: number;
}

const DEFAULT_DIFFERENCES = 10;

const EXAMPLES = `
Examples:
  typefish replay traces.jsonl.gz                  compare every answer and every final dump
  typefish replay a.jsonl b.jsonl                  replay several files, with a summary line for each
  zcat traces.jsonl.gz | typefish replay           replay standard input
  typefish replay --machine native traces.jsonl    replay on ARM machine code in QEMU
  typefish replay script.jsonl --record out.jsonl.gz
                                                   write the traces with the answers of this machine

docs/trace-format.md describes the files.
`;

export function addReplayCommand(program: Command): void {
  program
    .command("replay")
    .description("replay recorded traces of capability operations and compare every answer")
    .argument("[files...]", "trace files: JSON Lines, plain or gzipped; without a file, or for -, standard input")
    .addOption(
      new Option(
        "--machine <name>",
        "machine that replays the traces: hosted (simulated) or native (machine code in QEMU)",
      )
        .choices(REPLAY_MACHINES)
        .default(REPLAY_MACHINES[0]),
    )
    .option(
      "--record <file>",
      "write the traces with the answers of this machine to a file, gzipped if its name ends in .gz; differences then do not count as a failure",
    )
    .option("--differences <n>", "how many differences to show in full", countArgument, DEFAULT_DIFFERENCES)
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
    .action((files: string[], options: ReplayOptions) => replay(files, options));
}

async function replay(files: string[], options: ReplayOptions): Promise<void> {
  if (options.record !== undefined) requireWritable("--record", options.record);
  const { machine, end } = createReplayMachine(options.machine);
  try {
    await replayOn(machine, files, options);
  } finally {
    end();
  }
}

async function replayOn(machine: CallMachine, files: string[], options: ReplayOptions): Promise<void> {
  const recorded: string[] | null = options.record === undefined ? null : [];
  const differences: { file: string; trace: Trace; difference: Difference }[] = [];
  let hidden = 0;
  const results: FileResult[] = [];
  const malformed: string[] = [];
  for (const file of files.length > 0 ? files : [STANDARD_INPUT]) {
    const name = displayName(file);
    try {
      const traces = await openTraces(file, { script: recorded !== null });
      const result = await replayFile(machine, name, traces, (trace, outcome) => {
        for (const line of outcome.recorded) recorded?.push(line);
        for (const difference of outcome.differences) {
          if (differences.length < options.differences) differences.push({ file: name, trace, difference });
          else hidden++;
        }
      });
      results.push(result);
      if (!options.json) output.line(summaryLine(result));
    } catch (error) {
      // Report this file's error later; the results so far and those of other files are still shown.
      if (!(error instanceof TraceError)) throw error;
      malformed.push(error.message);
    }
  }

  if (options.record !== undefined && recorded && malformed.length === 0) writeLines(options.record, recorded);
  const failed = differences.length + hidden > 0;
  if (options.json) {
    const ok = !failed && malformed.length === 0;
    output.json({ ok, files: results, differences: differences.map(jsonDifference), malformed });
  } else {
    for (const { file, trace, difference } of differences) output.line(describe(file, trace, difference));
    if (hidden > 0) output.line(`\n${counted(hidden, "more difference")}: --differences <n> shows n of them in full`);
  }
  for (const message of malformed) output.complaint(message);
  // A recording keeps the system's own answers, so differences from the file are only information.
  const exitCode = failed && !recorded ? ExitCode.FAILED : ExitCode.OK;
  process.exitCode = malformed.length > 0 ? ExitCode.USAGE : exitCode;
}

async function replayFile(
  machine: CallMachine,
  file: string,
  traces: Iterable<Trace>,
  onTrace: (trace: Trace, outcome: TraceResult) => void,
): Promise<FileResult> {
  const result: FileResult = { file, traces: 0, operations: 0, agreements: 0, differences: 0, milliseconds: 0 };
  const progress = new ProgressLine("replaying");
  const start = performance.now();
  try {
    for (const trace of traces) {
      const outcome = runTrace(machine, trace, file);
      onTrace(trace, outcome);
      result.traces++;
      result.operations += trace.steps.length;
      result.agreements += outcome.compared - outcome.differing;
      result.differences += outcome.differing;
      progress.show(`${file}, ${counted(result.traces, "trace")}, ${counted(result.operations, "operation")}`);
      // Let Node notice emulator processes that have ended.
      await setImmediate();
    }
  } finally {
    progress.clear();
  }
  return { ...result, milliseconds: performance.now() - start };
}

function runTrace(machine: CallMachine, trace: Trace, file: string): TraceResult {
  try {
    return playTrace(trace, new MachineSystem(machine, trace.header));
  } catch (error) {
    if (error instanceof CannotProvide) {
      throw new TraceError(`${file}:${trace.line}: ${error.message}; expected an initial state that a board can have`);
    }
    throw error;
  }
}

function summaryLine({ file, traces, operations, agreements, differences, milliseconds }: FileResult): string {
  const counts = [
    counted(traces, "trace"),
    counted(operations, "operation"),
    counted(agreements, "agreement"),
    counted(differences, "difference"),
  ];
  return `${file}: ${counts.join(", ")}, ${formatDuration(milliseconds)}`;
}

function describe(file: string, trace: Trace, { line, what, expected, got, slots }: Difference): string {
  const head = `\n${file}:${line}, trace ${trace.header.trace}: ${what}`;
  return [head, `  expected  ${expected}`, `  got       ${got}`, ...slots.map((slot) => `  ${slot}`)].join("\n");
}

function jsonDifference({ file, trace, difference }: { file: string; trace: Trace; difference: Difference }): object {
  return { file, trace: trace.header.trace, ...difference };
}
