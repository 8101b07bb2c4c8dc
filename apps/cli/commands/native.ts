/** `typefish qemu` and `typefish image`: run or pack the same system as machine code. */
import { writeFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { findNativeBoard, type NativeBoard, nativeBoardNames } from "../../../machines/native/boards";
import { IMAGE_FORMATS, type ImageFormat, imageFile } from "../../../machines/native/image-formats";
import { buildNative, type ImageRequest, packedImage, writeImage } from "../../../machines/native/make";
import { qemuCommandLine, runQemu } from "../../../machines/native/qemu";
import { FAULT_STATUS, IDLE_STATUS, PANIC_STATUS } from "../../../machines/native/status";
import { requireTools } from "../../../machines/native/toolchain";
import { LineSplitter } from "../../../observe/text/lines";
import { addProgramOptions, addSystemOptions, type BoardOptions } from "../board-options";
import { colorsFor } from "../colors";
import { colorLine } from "../console-lines";
import { ExitCode } from "../exit-code";
import { output } from "../output";
import { ALL_SCENARIOS, checkPattern, commandLine, moduleString, NO_SCENARIO, SCENARIO_OPTION } from "../session";
import { UsageError } from "../usage-error";

type ProgramOptions = Pick<BoardOptions, "libmm" | "loglevel"> & { scenario: string };

interface QemuCommandOptions extends ProgramOptions {
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
  addProgramOptions(command)
    .option("--scenario <pattern>", SCENARIO_OPTION, ALL_SCENARIOS)
    .option("--print-only", "build the image and print the QEMU command, but do not run it")
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
    .addHelpText("after", IMAGE_EXAMPLES)
    .action((options: ImageCommandOptions) => image(options));
}

function requestFor(native: NativeBoard, options: ProgramOptions): ImageRequest {
  checkPattern(options.scenario);
  return {
    native,
    program: "init",
    moduleString: moduleString(options),
    commandLine: commandLine(native.board, options.loglevel),
  };
}

async function qemu(options: QemuCommandOptions): Promise<void> {
  requireTools("clang", "lld", "qemu");
  const native = findNativeBoard(QEMU_BOARD) as NativeBoard;
  const request = requestFor(native, options);
  buildNative(native, request.program);
  const path = writeImage(request);
  if (options.printOnly) return output.line(qemuCommandLine({ native, image: path }));

  const colors = colorsFor(process.stdout, options.color);
  const lines = new LineSplitter((line) => output.line(colorLine(line, colors)));
  const start = performance.now();
  const result = await runQemu({
    native,
    image: path,
    milliseconds: options.limitTime,
    onConsole: (chunk) => lines.push(chunk),
  });
  lines.end();
  if (result.kind !== "exit") {
    output.complaint(`the machine was stopped: it ran longer than ${options.limitTime} ms; --limit-time allows more`);
    process.exitCode = ExitCode.FAILED;
    return;
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  output.line(colors.bold(`typefish: ${describeStatus(result.status)}, ${seconds} s in QEMU`));
  process.exitCode = exitCodeFor(result.status);
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
  requireTools("clang", "lld");
  const native = findNativeBoard(options.board) as NativeBoard;
  const request = requestFor(native, options);
  buildNative(native, request.program);
  const packed = packedImage(request);
  const { name, bytes } = imageFile(packed, options.format, native.name);
  const path = options.output ?? name;
  try {
    writeFileSync(path, bytes);
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${error instanceof Error ? error.message : error}`);
  }
  const address = `0x${packed.address.toString(16)}`;
  output.line(`${path}: ${Math.ceil(bytes.length / 1024)} KiB, loads and starts at ${address}`);
}
