/** `typefish boot`: runs the board and shows what it prints. */
import type { Command } from "commander";
import type { RunResult } from "../../../machines/results";
import { LineSplitter } from "../../../observe/text/lines";
import { counted, formatCount, formatDuration } from "../../../observe/text/quantities";
import { addBoardOptions } from "../board-options";
import { colorsFor } from "../colors";
import { colorLine } from "../console-lines";
import { ExitCode } from "../exit-code";
import { complaintAbout, describeResult, exitCodeOf } from "../outcome";
import { output } from "../output";
import { ScenarioCollector } from "../scenario-lines";
import { describeKinds, kindsOf, listScenarios, requireScenarios, SCENARIO_KINDS } from "../scenario-list";
import { ALL_SCENARIOS, openSession, SCENARIO_OPTION, type SessionOptions } from "../session";

interface BootOptions extends SessionOptions {
  list?: boolean;
  json?: boolean;
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
  typefish boot --list                              list the ids and titles of the scenarios
  typefish boot --libmm stub                        boot with the assignment's unimplemented memory manager
  typefish boot --json > run.json                   write result, scenarios and figures as one JSON document
`;

/** Figures of the run for the summary. */
interface Figures {
  bootMilliseconds: number;
  milliseconds: number;
  systemCalls: number;
  tlbMisses: number;
  dataAborts: number;
  residentBytes: number;
}

export function addBootCommand(program: Command): void {
  const command = program
    .command("boot", { isDefault: true })
    .description("boot the board and run the scenarios (the default command)");
  addBoardOptions(command)
    .option("--scenario <pattern>", SCENARIO_OPTION, ALL_SCENARIOS)
    .option("--list", "list the scenarios and run none")
    .option("--json", "print one JSON document instead of the console's lines")
    .option("--no-color", "use no colours, even on a terminal")
    .addHelpText("after", EXAMPLES)
    .action((options: BootOptions) => boot(options));
}

function boot(options: BootOptions): void {
  requireScenarios(options, options.scenario);
  if (options.list) return list(options);
  const colors = colorsFor(process.stdout, options.color && !options.json);
  const scenarios = new ScenarioCollector();
  const console: string[] = [];
  const lines = new LineSplitter((line) => {
    scenarios.line(line);
    if (options.json) console.push(line);
    else output.line(colorLine(line, colors));
  });

  const start = performance.now();
  const { board, machine } = openSession(options, (chunk) => lines.push(chunk));
  machine.boot();
  const booted = performance.now();
  const result = machine.run();
  lines.end();
  const figures: Figures = {
    bootMilliseconds: booted - start,
    milliseconds: performance.now() - start,
    systemCalls: machine.counter("systemCalls"),
    tlbMisses: machine.counter("tlbMisses"),
    dataAborts: machine.counter("dataAborts"),
    residentBytes: process.memoryUsage.rss(),
  };

  const exitCode = exitCodeOf(result, scenarios.failed);
  if (options.json) {
    output.json({
      board: { name: board.name, dram: board.dram },
      ok: exitCode === ExitCode.OK,
      exitCode,
      result,
      scenarios: scenarios.results,
      figures,
      console,
    });
  } else {
    output.line(colors.bold(summary(result, scenarios, figures)));
  }
  const complaint = complaintAbout(result);
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

function summary(result: RunResult, { results, failed }: ScenarioCollector, figures: Figures): string {
  const parts = [describeResult(result)];
  if (results.length > 0) {
    parts.push(
      failed === 0
        ? `${counted(results.length, "scenario")} ok`
        : `${failed} of ${counted(results.length, "scenario")} FAILED`,
    );
  }
  parts.push(formatDuration(figures.milliseconds));
  parts.push(counted(figures.systemCalls, "system call"));
  parts.push(`${formatCount(figures.residentBytes / 1024 ** 2)} MiB resident`);
  return `typefish: ${parts.join(", ")}`;
}
