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
import { listScenarios, requireScenarios } from "../scenario-list";
import { ALL_SCENARIOS, openSession, type SessionOptions } from "../session";

interface BootOptions extends SessionOptions {
  list?: boolean;
  json?: boolean;
  color: boolean;
}

const EXAMPLES = `
Examples:
  typefish boot                                     PandaBoard ES, 1 GiB, every scenario
  typefish boot --scenario none                     only as far as init's message loop
  typefish boot --scenario 'T1*' --memory 64M       some scenarios on a smaller board
  typefish boot --list                              names of the scenarios
  typefish boot --libmm stub                        the handout's memory manager: not implemented
  typefish boot --json > run.json                   result, scenarios and figures as one JSON document
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
    .option("--scenario <pattern>", "which scenarios to run: a name, a pattern with *, or none", ALL_SCENARIOS)
    .option("--list", "list the scenarios and boot nothing")
    .option("--json", "print one JSON document instead of the console")
    .option("--no-color", "no colours, even on a terminal")
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
