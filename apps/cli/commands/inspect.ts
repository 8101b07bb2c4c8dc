/** `typefish inspect`: boots, runs scenarios if requested, and shows what is in memory afterwards. */
import { Argument, type Command } from "commander";
import type { Machine } from "../../../machines/hosted/machine";
import { PhysicalReader } from "../../../observe/decode/memory-reader";
import { System } from "../../../observe/decode/system";
import { decodeDomain } from "../../../observe/decode/user/domain";
import { counted } from "../../../observe/text/quantities";
import { addBoardOptions, countArgument } from "../board-options";
import { colorsFor } from "../colors";
import { ExitCode } from "../exit-code";
import { type HostedRun, runHosted } from "../hosted-run";
import { caps } from "../inspect/caps";
import { cspace } from "../inspect/cspace";
import { mdb } from "../inspect/mdb";
import { memory } from "../inspect/memory";
import { mm } from "../inspect/mm";
import { pages } from "../inspect/pages";
import { slots } from "../inspect/slots";
import type { Subject, View } from "../inspect/view";
import { complaintAbout, endedWell, RunFailed } from "../outcome";
import { output } from "../output";
import { requireScenarios } from "../scenario-list";
import { NO_SCENARIO, type SessionOptions } from "../session";
import { UsageError } from "../usage-error";

const VIEWS: readonly View[] = [caps, cspace, mdb, mm, slots, pages, memory];

interface InspectOptions extends SessionOptions {
  atCall?: number;
  all?: boolean;
  json?: boolean;
  color: boolean;
}

const EXAMPLES = `
Views:
${VIEWS.map(({ name, description }) => `  ${name.padEnd(8)} ${description}`).join("\n")}

Examples:
  typefish inspect cspace                          show the CSpace after boot, when init waits in its message loop
  typefish inspect mm --scenario T03               show the memory manager after a scenario
  typefish inspect mdb --scenario T03 --at-call 500
                                                   show it in the middle: after system call 500 of the run
  typefish inspect caps --at-call 0                show the capabilities that the CPU driver hands to init
  typefish inspect pages --json                    print the view as JSON

typefish help boot explains the ids of scenarios.
`;

export function addInspectCommand(program: Command): void {
  const command = program
    .command("inspect")
    .description("boot the board and show what its memory holds: capabilities, page tables, allocators")
    .addArgument(new Argument("<what>", "which view to show").choices(VIEWS.map(({ name }) => name)));
  addBoardOptions(command)
    .option("--scenario <pattern>", "run these scenarios first, such as T03 or 'T0*'", NO_SCENARIO)
    .option("--at-call <n>", "show the state after n system calls of the run", countArgument)
    .option("--all", "show every row: merge no similar rows, cut no long tables")
    .option("--json", "print one JSON document")
    .option("--no-color", "use no colours, even on a terminal")
    .addHelpText("after", EXAMPLES)
    .action((what: string, options: InspectOptions) => inspect(what, options));
}

function inspect(what: string, options: InspectOptions): void {
  const run = runFor(options);
  const complaint = run instanceof RunFailed ? run.message : complaintAbout(run);
  const { machine, result } = run instanceof RunFailed ? run.run : run;
  const view = VIEWS.find(({ name }) => name === what) as View;
  const subject = subjectOf(machine);
  if (options.json) output.json(view.json(subject));
  else {
    const colors = colorsFor(process.stdout, options.color);
    output.line(view.text(subject, { colors, all: options.all ?? false }));
  }
  if (complaint !== null) output.complaint(complaint);
  process.exitCode = complaint === null && endedWell(result) ? ExitCode.OK : ExitCode.FAILED;
}

/** Runs the board up to the state to show. If init fails before it can list its scenarios, that state is shown. */
function runFor(options: InspectOptions): HostedRun | RunFailed {
  const { atCall } = options;
  try {
    requireScenarios(options, options.scenario);
  } catch (error) {
    if (error instanceof RunFailed) return error;
    throw error;
  }
  const run = runHosted(options, { untilSystemCalls: atCall });
  if (atCall !== undefined && run.result.kind !== "stopped") throw endedEarly(atCall, run);
  return run;
}

function endedEarly(atCall: number, run: HostedRun): Error {
  const count = counted(run.machine.counter("systemCalls"), "system call");
  const why = complaintAbout(run);
  return new UsageError(`--at-call ${atCall}: the run ends after ${count}${why === null ? "" : ` (${why})`}`);
}

function subjectOf(machine: Machine): Subject {
  const system = new System(new PhysicalReader(machine.dram, machine.board.dram.base), machine.kernelState);
  const userMemory = system.userMemory();
  const at = machine.domainState;
  const user = userMemory && at !== null ? { memory: userMemory, domain: decodeDomain(userMemory, at) } : null;
  return { system, user };
}
