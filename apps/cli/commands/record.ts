/** `typefish record`: runs a board, and writes a recording with which other commands look at any moment of the run. */
import { type Command, InvalidArgumentError } from "commander";
import { counted, formatBytes, formatCount, formatDuration, parseBytes } from "../../../observe/text/quantities";
import { addBoardOptions, countArgument } from "../board-options";
import { ExitCode } from "../exit-code";
import { requireWritable, writeBytes } from "../files";
import { complaintAbout, describeResult, describeScenarios, exitCodeOf } from "../outcome";
import { output } from "../output";
import { type LogOptions, recordSession, savedRecording } from "../recordings";
import { requireScenarios } from "../scenario-list";
import { NO_SCENARIO, SCENARIO_OPTION, type SessionOptions } from "../session";

interface RecordOptions extends SessionOptions, LogOptions {
  json?: boolean;
}

const EXAMPLES = `
A recording holds every change of memory. With it, the following commands look at any system call, without running the
board again:
  typefish inspect WHAT --recording FILE --at-call N   show the memory after N system calls
  typefish calls --recording FILE                      show the calls, what they changed, and who changed something

Examples:
  typefish record run.tfr --scenario T03 --memory 64M  record a scenario
  typefish record run.tfr --scenario '*' --memory 64M --log 1G
                                                       record all scenarios, with a larger log
  typefish record run.tfr --scenario T03 --from 1000   record memory from call 1000 on
  typefish inspect mm --recording run.tfr --at-call 900
                                                       show the memory manager in the middle
  typefish calls --recording run.tfr --touching slot:0x702 --backwards
                                                       show who changed a slot, the last change first

docs/recordings.md explains how it works, and the format of the file.
`;

function sizeArgument(text: string): number {
  const bytes = parseBytes(text);
  if (bytes === null || bytes === 0) throw new InvalidArgumentError("Expected a size such as 64M or 1G.");
  return bytes;
}

export function addRecordCommand(program: Command): void {
  const command = program
    .command("record")
    .description("boot the board, run scenarios if requested, and write a recording of every change of memory")
    .argument("<file>", "the recording to write, such as run.tfr");
  addBoardOptions(command)
    .option("--scenario <pattern>", SCENARIO_OPTION, NO_SCENARIO)
    .option("--from <n>", "record memory from the end of call n on", countArgument)
    .option("--log <size>", "drop the oldest changes if there are more, such as 64M (default: 256M)", sizeArgument)
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
    .action((file: string, options: RecordOptions) => record(file, options));
}

async function record(file: string, options: RecordOptions): Promise<void> {
  requireWritable("record", file);
  requireScenarios(options, options.scenario);
  const start = performance.now();
  const { recording, scenarios } = recordSession(options);
  const milliseconds = performance.now() - start;
  const { calls, result, window } = recording;
  const bytes = await savedRecording(recording);
  writeBytes(file, bytes);
  const complaint = complaintAbout({ result, scenarios });
  const exitCode = complaint === null ? exitCodeOf({ result, scenarios }) : ExitCode.FAILED;
  if (options.json) {
    const counts = { ok: scenarios.passed, failed: scenarios.failed, notRun: scenarios.notRun };
    output.json({ file, bytes: bytes.length, systemCalls: calls, window, milliseconds, result, counts });
  } else {
    const parts = [
      describeResult(result, scenarios.running),
      ...describeScenarios(scenarios),
      formatDuration(milliseconds),
      counted(calls, "system call"),
      windowText(window, calls),
      `${file} has ${formatBytes(bytes.length)}`,
    ];
    output.line(`typefish: ${parts.join(", ")}`);
  }
  if (complaint !== null) output.complaint(complaint);
  process.exitCode = exitCode;
}

function windowText({ first, last }: { first: number; last: number }, calls: number): string {
  if (first === 0) return "memory at each of them";
  return `memory from call ${formatCount(first)} to ${last >= calls ? "the end" : formatCount(last)}`;
}
