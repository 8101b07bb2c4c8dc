/** `typefish inspect`: boots, runs scenarios if requested, and shows what is in memory afterwards. */
import { Argument, type Command } from "commander";
import { counted } from "../../../observe/text/quantities";
import { addBoardOptions, countArgument } from "../board-options";
import { colorsFor } from "../colors";
import { ExitCode } from "../exit-code";
import { type HostedRun, runHosted } from "../hosted-run";
import { type Inspectable, subjectOf } from "../inspect/subject";
import { shortened } from "../inspect/text";
import type { View } from "../inspect/view";
import { VIEWS } from "../inspect/views";
import { complaintAbout, endedWell, RunFailed } from "../outcome";
import { output } from "../output";
import { goTo, openRecording, recordingOption } from "../recordings";
import { requireScenarios } from "../scenario-list";
import { NO_SCENARIO, type SessionOptions } from "../session";
import { UsageError } from "../usage-error";

interface InspectOptions extends SessionOptions {
  atCall?: number;
  recording?: string;
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
  typefish inspect mdb --recording run.tfr --at-call 500
                                                   show it from a recording, at once (typefish help record)

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
    .addOption(recordingOption("show memory from a recording instead of a run"))
    .option("--all", "show every row: merge no similar rows, cut no long tables")
    .option("--json", "print one JSON document")
    .option("--no-color", "use no colours, even on a terminal")
    .addHelpText("after", EXAMPLES)
    .action((what: string, options: InspectOptions) => inspect(what, options));
}

async function inspect(what: string, options: InspectOptions): Promise<void> {
  const { recording: path } = options;
  const { memory, complaint, hasEndedWell } = path === undefined ? ran(options) : await recorded(path, options);
  const view = VIEWS.find(({ name }) => name === what) as View;
  const subject = subjectOf(memory);
  const { damage } = subject;
  if (options.json) output.json(withNotes(view.json(subject), damage.notes));
  else {
    const colors = colorsFor(process.stdout, options.color);
    const all = options.all ?? false;
    output.line(view.text(subject, { colors, all }));
    const notes = damage.notes.map((note) => `cannot be read: ${note}`);
    if (notes.length > 0) output.line(`\n${shortened(notes, all).map(colors.red).join("\n")}`);
  }
  if (complaint !== null) output.complaint(complaint);
  const [first, ...others] = damage.notes;
  if (first !== undefined)
    output.complaint(`memory is damaged: ${first}${others.length > 0 ? `, and ${others.length} more` : ""}`);
  const isWell = complaint === null && first === undefined && hasEndedWell;
  process.exitCode = isWell ? ExitCode.OK : ExitCode.FAILED;
}

/** Adds the notes to a view, unless it is a list. */
function withNotes(view: unknown, notes: readonly string[]): unknown {
  const isRecord = typeof view === "object" && view !== null && !Array.isArray(view);
  return notes.length > 0 && isRecord ? { ...view, unreadable: notes } : view;
}

/** A state to show. */
interface Shown {
  memory: Inspectable;
  complaint: string | null;
  hasEndedWell: boolean;
}

function ran(options: InspectOptions): Shown {
  const run = runFor(options);
  const complaint = run instanceof RunFailed ? run.message : complaintAbout(run);
  const { machine, result } = run instanceof RunFailed ? run.run : run;
  return { memory: machine, complaint, hasEndedWell: endedWell(result) };
}

/** The state is the same as that of the run that was recorded. */
async function recorded(path: string, { atCall }: InspectOptions): Promise<Shown> {
  const recording = await openRecording(path);
  const { calls, result, end } = recording;
  if (atCall !== undefined && atCall > calls)
    throw new UsageError(`--at-call ${atCall}: the run ends after ${counted(calls, "system call")}`);
  goTo(recording, atCall === undefined || atCall === calls ? end : { call: atCall + 1, at: "entry" });
  return { memory: recording, complaint: null, hasEndedWell: atCall !== undefined || endedWell(result) };
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
