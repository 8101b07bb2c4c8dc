/** `typefish qemu` and `typefish image`: run or pack the same system as machine code. */
import { type Command, Option } from "commander";
import { findNativeBoard, type NativeBoard, nativeBoardNames } from "../../../machines/native/boards";
import { loadMachineCode } from "../../../machines/native/built";
import { callTraceIn, framesOf } from "../../../machines/native/call-trace";
import { IMAGE_FORMATS, type ImageFormat, imageFile, imageName } from "../../../machines/native/image-formats";
import { buildNative, type ImageRequest, packedImage, writeImage } from "../../../machines/native/make";
import { qemuCommandLine, startQemu } from "../../../machines/native/qemu";
import { FAULT_STATUS, IDLE_STATUS, PANIC_STATUS } from "../../../machines/native/status";
import { requireTools } from "../../../machines/native/toolchain";
import type { Frame } from "../../../machines/results";
import { followConsole, ScenarioCollector } from "../../../observe/scenario-lines";
import { formatDuration } from "../../../observe/text/quantities";
import { addProgramOptions, addSystemOptions, type BoardOptions, DEFAULT_LIMIT_MS } from "../board-options";
import { colorsFor } from "../colors";
import { colorLine } from "../console-lines";
import { ExitCode } from "../exit-code";
import { requireWritable, writeBytes } from "../files";
import { describeScenarios, placeOf } from "../outcome";
import { output } from "../output";
import { requireScenarios } from "../scenario-list";
import { ALL_SCENARIOS, commandLine, moduleString, NO_SCENARIO, SCENARIO_OPTION, STUB } from "../session";
import { UsageError } from "../usage-error";

interface ProgramOptions extends Pick<BoardOptions, "libmm" | "loglevel"> {
  scenario: string;
  json?: boolean;
}

interface QemuCommandOptions extends ProgramOptions {
  bail?: boolean;
  limitTime: number;
  printOnly?: boolean;
  color: boolean;
}

interface ImageCommandOptions extends ProgramOptions {
  board: string;
  format: ImageFormat;
  output?: string;
}

const QEMU_BOARD = "vexpress-a9";
/** An emulated scenario takes up to five seconds on a computer that does nothing else. */
const QEMU_LIMIT_MS = 60_000;
/** The hosted board that lists the scenarios. */
const LISTING = { board: QEMU_BOARD, limitTime: DEFAULT_LIMIT_MS };

const QEMU_EXAMPLES = `
Examples:
  typefish qemu                             build, boot and run every scenario
  typefish qemu --scenario 'T1*'            run the scenarios T10 to T19 only
  typefish qemu --print-only                build the image and print the QEMU command, but do not run it

typefish help boot explains the ids of scenarios and the lines of the console.
`;

const IMAGE_EXAMPLES = `
Examples:
  typefish image                                            write an ELF file for qemu-system-arm -machine vexpress-a9
  typefish image --board pandaboard-es --format uimage      write a file for U-Boot's bootm, see docs/pandaboard.md
  typefish image --board pandaboard-es --format bin --output typefish.bin
`;

export function addNativeCommands(program: Command): void {
  addQemuCommand(program);
  addImageCommand(program);
}

function addQemuCommand(program: Command): void {
  const command = program
    .command("qemu")
    .description("build the system as ARM machine code, boot it in QEMU and show its console");
  addProgramOptions(command, QEMU_LIMIT_MS)
    .option("--scenario <pattern>", SCENARIO_OPTION, ALL_SCENARIOS)
    .option("--bail", "stop after the first scenario that fails")
    .option("--print-only", "build the image and print the QEMU command, but do not run it")
    .option("--json", "print one JSON document instead of the console's lines")
    .option("--no-color", "use no colours, even on a terminal")
    .addHelpText("after", QEMU_EXAMPLES)
    .action((options: QemuCommandOptions) => qemu(options));
}

function addImageCommand(program: Command): void {
  const command = program
    .command("image")
    .description("build the system as ARM machine code and write a boot image for a board");
  addSystemOptions(command)
    .addOption(new Option("--board <name>", "board to build for").choices(nativeBoardNames).default(QEMU_BOARD))
    .addOption(new Option("--format <format>", "format of the file").choices(IMAGE_FORMATS).default("elf"))
    .option("--output <file>", "file to write (default: typefish-<board>.<format>)")
    .option("--scenario <pattern>", SCENARIO_OPTION, NO_SCENARIO)
    .option("--json", "print one JSON document about the file")
    .addHelpText("after", IMAGE_EXAMPLES)
    .action((options: ImageCommandOptions) => image(options));
}

function requestFor(native: NativeBoard, options: ProgramOptions & { begin?: boolean }): ImageRequest {
  if (options.libmm === STUB)
    throw new UsageError("the stub runs on the simulated board only: typefish boot --libmm stub");
  return {
    native,
    program: "init",
    moduleString: moduleString(options),
    commandLine: commandLine(native.board, options.loglevel),
  };
}

/** Checks the pattern with the list of the hosted init, which is the same program. */
function checkScenarios({ scenario, limitTime }: { scenario: string; limitTime?: number }): void {
  const { board, limitTime: defaultLimit } = LISTING;
  requireScenarios({ board, limitTime: limitTime ?? defaultLimit }, scenario);
}

async function qemu(options: QemuCommandOptions): Promise<void> {
  requireTools("clang", "lld", "qemu");
  checkScenarios(options);
  const native = findNativeBoard(QEMU_BOARD) as NativeBoard;
  const request = requestFor(native, { ...options, begin: !options.printOnly });
  buildNative(native, request.program);
  const path = writeImage(request);
  if (options.printOnly) {
    const command = qemuCommandLine({ native, image: path });
    return options.json ? output.json({ board: native.name, image: path, command }) : output.line(command);
  }

  const colors = colorsFor(process.stdout, options.color && !options.json);
  const scenarios = new ScenarioCollector();
  const console: string[] = [];
  const lines = followConsole(scenarios, {
    onStep: () => run.restartClock(),
    onLine: (line) => {
      console.push(line);
      if (!options.json) output.line(colorLine(line, colors));
    },
  });
  const start = performance.now();
  const run = startQemu({
    native,
    image: path,
    milliseconds: options.limitTime,
    onConsole: (chunk) => lines.push(chunk),
  });
  const result = await run.result;
  lines.end();
  const milliseconds = performance.now() - start;
  const { running, results, passed, failed, notRun } = scenarios;
  const status = result.kind === "exit" ? result.status : null;
  const exitCode = status === null ? ExitCode.FAILED : exitCodeFor(status);
  const during = running === null ? "" : `while ${running} ran`;
  const frames = status === FAULT_STATUS ? faultFrames(console, request.program) : [];
  if (options.json) {
    const counts = { ok: passed, failed, notRun };
    const ended = status === null ? { kind: "limit" } : { kind: "exit", status, meaning: describeStatus(status) };
    const ok = exitCode === ExitCode.OK && failed === 0;
    output.json({
      board: native.name,
      ok,
      exitCode,
      result: ended,
      scenarios: results,
      counts,
      running,
      frames,
      milliseconds,
      console,
    });
  } else {
    const how = status === null ? "stopped at a limit" : describeStatus(status);
    const parts = [during === "" ? how : `${how} ${during}`, ...describeScenarios(scenarios)];
    output.line(colors.bold(`typefish: ${parts.join(", ")}, ${formatDuration(milliseconds)} in QEMU`));
  }
  const complain = (message: string) => output.complaint(during === "" ? message : `${during}, ${message}`);
  if (status === null)
    complain(`the machine was stopped: it ran longer than ${options.limitTime} ms; --limit-time allows more`);
  if (status === FAULT_STATUS) complain(`the program was stopped by a fault${placeOf(frames)}`);
  process.exitCode = exitCode;
}

/** The functions that were active when a fault of the program ended the run. */
function faultFrames(console: readonly string[], program: string): Frame[] {
  const trace = console.map(callTraceIn).findLast((addresses) => addresses !== null);
  return trace ? framesOf(trace, loadMachineCode(program)) : [];
}

function describeStatus(status: number): string {
  switch (status) {
    case 0:
      return "init ended";
    case IDLE_STATUS:
      return "no program left to run";
    case FAULT_STATUS:
      return "stopped by a fault";
    case PANIC_STATUS:
      return "the CPU driver panicked";
    default:
      return `init ended with status ${status}`;
  }
}

/**
 * init's own status becomes the command's exit code. Other ends of a run have the same codes as on the hosted machine.
 */
function exitCodeFor(status: number): number {
  if (status === IDLE_STATUS) return ExitCode.OK;
  return status === FAULT_STATUS || status === PANIC_STATUS ? ExitCode.FAILED : status;
}

function image(options: ImageCommandOptions): void {
  const native = findNativeBoard(options.board) as NativeBoard;
  const path = options.output ?? imageName(options.format, native.name);
  requireWritable(options.output === undefined ? "image" : "--output", path);
  requireTools("clang", "lld");
  checkScenarios(options);
  const request = requestFor(native, options);
  buildNative(native, request.program);
  const packed = packedImage(request);
  const bytes = imageFile(packed, options.format);
  writeBytes(path, bytes);
  if (options.json) {
    const { board, format, scenario } = options;
    return output.json({ board, format, scenario, address: packed.address, files: [{ path, bytes: bytes.length }] });
  }
  const address = `0x${packed.address.toString(16)}`;
  output.line(`${path}: ${Math.ceil(bytes.length / 1024)} KiB, loads and starts at ${address}`);
}
