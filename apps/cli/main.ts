#!/usr/bin/env node
/** The command `typefish`: runs the subcommand, and turns every error into one clear line and an exit code. */
import { Command, CommanderError } from "commander";
import { NoCheckout } from "../../machines/native/checkout";
import { MissingTools } from "../../machines/native/toolchain";
import { describeSystemError, isSystemError } from "../../observe/text/system-errors";
import { TraceError } from "../../observe/traces/trace-error";
import { addBenchCommand } from "./commands/bench";
import { addBootCommand } from "./commands/boot";
import { addCallsCommand } from "./commands/calls";
import { addGradeCommand } from "./commands/grade";
import { addInspectCommand } from "./commands/inspect";
import { addLabCommand } from "./commands/lab";
import { addNativeCommands } from "./commands/native";
import { addRecordCommand } from "./commands/record";
import { addReplayCommand } from "./commands/replay";
import { addWebCommand } from "./commands/web";
import { ExitCode } from "./exit-code";
import { RunFailed } from "./outcome";
import { OutputFailed, output, ReaderGone } from "./output";
import { partsOf, warnIfStale } from "./stale";
import { UsageError } from "./usage-error";
import { version } from "./version";

const ISSUES = "this is a bug in typefish: please report it, with the output of the same command and --verbose";

const EXAMPLES = `
Examples:
  typefish                                boot the PandaBoard ES and run every scenario
  typefish boot --scenario 'T0*'          run the scenarios T01 to T09 only
  typefish lab new mine                   write the hand-out of the assignment into the new folder mine
  typefish grade mine                     grade it, and explain what fails
  typefish web                            see every moment of a run in the browser
  typefish inspect mdb --memory 64M       boot with 64 MiB of DRAM and show the mapping database
  typefish help boot                      show the options of one command
`;

/** Refuses arguments that the command does not take. */
function refuseExcess(command: Command, words: readonly string[]): void {
  const { registeredArguments: known, args } = command;
  if (known.some(({ variadic }) => variadic) || args.length <= known.length) return;
  const excess = args[known.length] as string;
  if (known.length === 0) {
    const [first] = words.filter((word) => !word.startsWith("-"));
    const list =
      first === command.name() ? `typefish help ${first} lists the options` : "typefish help lists the commands";
    throw new UsageError(`unknown command or argument '${excess}': ${list}`);
  }
  const [last] = known.slice(-1);
  throw new UsageError(
    `${command.name()} takes one <${last?.name()}> at a time: leave out '${args[known.length - 1]}' or '${excess}'`,
  );
}

/** Makes subcommands report errors to `main` instead of ending the process. */
function prepare(command: Command): void {
  command.allowExcessArguments();
  command.exitOverride();
  command.configureOutput({ writeOut: (text) => output.write(text), writeErr: () => {} });
  command.commands.forEach(prepare);
}

function createProgram(words: readonly string[] = []): Command {
  const program = new Command("typefish")
    .description("A Barrelfish-style capability memory system on a simulated PandaBoard ES.")
    .option("--verbose", "print the stack trace of an unexpected error")
    .version(version(), "-V, --version", "print the version")
    .helpCommand("help [command]", "show the options of a command, with examples")
    .addHelpText("after", EXAMPLES);
  addBootCommand(program);
  addInspectCommand(program);
  addCallsCommand(program);
  addRecordCommand(program);
  addReplayCommand(program);
  addWebCommand(program);
  addLabCommand(program);
  addGradeCommand(program);
  addNativeCommands(program);
  addBenchCommand(program);
  program
    .command("version")
    .description("print the version")
    .action(() => output.line(`typefish ${version()}`));
  prepare(program);
  program.hook("preAction", (_, command) => {
    refuseExcess(command, words);
    const { libmm, watch } = command.opts();
    const name = command.parent === program ? command.name() : (command.parent?.name() ?? "");
    if (name !== "version" && watch !== true) warnIfStale(partsOf({ name, libmm }));
  });
  return program;
}

/** One line that describes an error that commander found. */
function usageLine(error: CommanderError, args: string[]): string {
  const words = args.filter((argument) => !argument.startsWith("-"));
  const command = createProgram().commands.find((candidate) => candidate.name() === words[0]);
  if (error.code === "commander.help" && command && command.commands.length > 0) {
    const names = command.commands.map((each) => each.name()).filter((name) => name !== "help");
    return `typefish ${command.name()} needs one of the commands ${names.join(", ")}; see typefish help ${command.name()}`;
  }
  if (error.code === "commander.help")
    return `unknown command '${words[1] ?? words[0]}': typefish help lists the commands`;
  const text = error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
  return `${text.replace(/\.?$/, "")}; see typefish help${command ? ` ${command.name()}` : ""}`;
}

/** Errors that users can correct: in the request, in a file, or in the installation. The message says what to do. */
const MENDED_BY_USERS = [UsageError, OutputFailed, TraceError, MissingTools, NoCheckout];

async function main(args: string[]): Promise<ExitCode> {
  try {
    await createProgram(args).parseAsync(args, { from: "user" });
    return (process.exitCode ?? ExitCode.OK) as ExitCode;
  } catch (error) {
    if (error instanceof ReaderGone) return ExitCode.OK;
    if (error instanceof CommanderError && error.exitCode === 0) return ExitCode.OK;
    if (error instanceof RunFailed) {
      output.complaint(error.message);
      return ExitCode.FAILED;
    }
    if (error instanceof CommanderError) output.complaint(usageLine(error, args));
    else if (MENDED_BY_USERS.some((kind) => error instanceof kind)) output.complaint((error as Error).message);
    else if (isSystemError(error)) output.complaint(describeSystemError(error));
    else return unexpected(error, args);
    return ExitCode.USAGE;
  }
}

function unexpected(error: unknown, args: string[]): ExitCode {
  output.complaint(`${error instanceof Error ? error.message : String(error)} (${ISSUES})`);
  if (args.includes("--verbose") && error instanceof Error) output.details(error.stack ?? "");
  return ExitCode.FAILED;
}

process.exitCode = await main(process.argv.slice(2)).catch(() => ExitCode.FAILED);
