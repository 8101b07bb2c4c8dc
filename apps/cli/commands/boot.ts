/** `typefish boot`: runs the board and shows what it prints. */
import type { Command } from "commander";
import { counted, formatCount, formatDuration } from "../../../observe/text/quantities";
import { addBoardOptions } from "../board-options";
import { colorsFor } from "../colors";
import { colorLine } from "../console-lines";
import { ExitCode } from "../exit-code";
import { type HostedRun, runHosted } from "../hosted-run";
import { complaintAbout, describeResult, describeScenarios, exitCodeOf, RunFailed } from "../outcome";
import { output } from "../output";
import { describeKinds, kindsOf, listScenarios, requireScenarios, SCENARIO_KINDS } from "../scenario-list";
import { ALL_SCENARIOS, SCENARIO_OPTION, type SessionOptions, STUB } from "../session";
import { watchAndRun } from "../watch";

interface BootOptions extends SessionOptions {
  list?: boolean;
  json?: boolean;
  watch?: boolean;
  color: boolean;
}

const EXAMPLES = `
Lines of the console:
  kernel ...           a message of the CPU driver
  init.0.0: ...        a message of the program init, on core 0, in thread 0
  init.0.0: T03 ...    the result of a scenario (a test that init runs): its id, its title, ok or FAILED, and a note;
                       "kept" in the note is memory that allocators keep for later
  init.0.0: accounts   init's memory, capabilities and slots before and after the scenarios

The first letter of a scenario's id:
${describeKinds(SCENARIO_KINDS)}

Examples:
  typefish boot                                     boot the PandaBoard ES with 1 GiB, run every scenario
  typefish boot --scenario none                     boot only, until init waits in its message loop
  typefish boot --scenario 'T1*' --memory 64M       run the scenarios T10 to T19 on a board with 64 MiB
  typefish boot --bail --limit-time 5s              stop at the first scenario that fails or takes longer than 5 s
  typefish boot --list                              list the ids and titles of the scenarios
  typefish boot --scenario 'T0*' --watch            build and boot again after each change of a source
  typefish boot --libmm stub                        boot with the assignment's unimplemented memory manager
  typefish boot --json > run.json                   write result, scenarios and figures as one JSON document
`;

export function addBootCommand(program: Command): void {
  const command = program
    .command("boot", { isDefault: true })
    .description("boot the board and run the scenarios (the default command)");
  addBoardOptions(command)
    .option("--scenario <pattern>", SCENARIO_OPTION, ALL_SCENARIOS)
    .option("--bail", "stop after the first scenario that fails")
    .option("--list", "list the scenarios and run none")
    .option("--watch", "build and boot again when a source changes, until Ctrl-C")
    .option("--json", "print one JSON document instead of the console's lines")
    .option("--no-color", "use no colours, even on a terminal")
    .addHelpText("after", EXAMPLES)
    .action((options: BootOptions) => (options.watch ? watchAndRun(process.argv.slice(2)) : boot(options)));
}

function boot(options: BootOptions): void {
  const colors = colorsFor(process.stdout, options.color && !options.json);
  const show = (line: string) => output.line(colorLine(line, colors));
  try {
    requireScenarios(options, options.scenario);
    if (options.list) return list(options);
  } catch (error) {
    if (!(error instanceof RunFailed)) throw error;
    if (!options.json) error.run.console.forEach(show);
    return report(error.run, options, error.message);
  }
  const run = runHosted(options, options.json ? {} : { onLine: show });
  // The stub's manager cannot start. That is what it is for.
  const isExpected = options.libmm === STUB && run.result.kind === "exit" && run.result.status === 1;
  report(run, options, isExpected ? null : complaintAbout(run), isExpected);
}

/** Prints the result of a run, except for the console's lines, which are only in the JSON document. */
function report(run: HostedRun, options: BootOptions, complaint: string | null, isExpected = false): void {
  const { board, result, scenarios, figures, console } = run;
  const exitCode = isExpected ? ExitCode.OK : complaint === null ? exitCodeOf(run) : ExitCode.FAILED;
  if (options.json) {
    const { results, running, passed, failed, notRun } = scenarios;
    output.json({
      board: { name: board.name, dram: board.dram },
      ok: exitCode === ExitCode.OK,
      exitCode,
      result,
      scenarios: results,
      counts: { ok: passed, failed, notRun },
      running,
      figures,
      console,
    });
  } else {
    output.line(colorsFor(process.stdout, options.color).bold(summary(run)));
  }
  if (complaint !== null) output.complaint(complaint);
  process.exitCode = exitCode;
}

function list(options: BootOptions): void {
  const scenarios = listScenarios(options, options.scenario);
  if (options.json) return output.json(scenarios);
  const width = Math.max(...scenarios.map(({ id }) => id.length));
  let heading = "";
  for (const { id, group, title } of scenarios) {
    if (group !== heading) output.line(`${heading === "" ? "" : "\n"}${group}`);
    heading = group;
    output.line(`  ${id.padEnd(width)}  ${title}`);
  }
  output.line(`\nThe first letter of an id:\n${describeKinds(kindsOf(scenarios))}`);
}

function summary({ result, scenarios, figures }: HostedRun): string {
  const parts = [
    describeResult(result, scenarios.running),
    ...describeScenarios(scenarios),
    formatDuration(figures.milliseconds),
    counted(figures.systemCalls, "system call"),
    `${formatCount(figures.residentBytes / 1024 ** 2)} MiB resident`,
  ];
  return `typefish: ${parts.join(", ")}`;
}
