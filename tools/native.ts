/**
 * `npm run native`: builds the machine code of the CPU driver and of init.
 *
 *     --board NAME      for this board; may be repeated; vexpress-a9 if absent
 *     --program NAME    this program; may be repeated; init if absent
 *     --quiet           prints nothing if nothing is out of date
 *     --for-tests       all boards and programs that the native tests need
 *     --if-possible     if the tools are not installed, prints one line and does not fail
 */
import { statSync } from "node:fs";
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { allNativeBoardNames, findNativeBoard, type NativeBoard } from "../machines/native/boards";
import { type BuiltProgram, findProgram, programNames } from "../machines/native/built";
import { MissingTools, requireTools, type ToolName } from "../machines/native/toolchain";
import { buildPart, type Part } from "./build/incremental";
import { kernelPart, programPart } from "./build/native/parts";

const USAGE_STATUS = 2;

function optionsOf(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        board: { type: "string", multiple: true, default: ["vexpress-a9"] },
        program: { type: "string", multiple: true, default: ["init"] },
        "for-tests": { type: "boolean", default: false },
        quiet: { type: "boolean", default: false },
        "if-possible": { type: "boolean", default: false },
      },
    });
    return values;
  } catch (error) {
    console.error(`${(error as Error).message.split(". ")[0]}: the comment in tools/native.ts lists the options`);
    process.exit(USAGE_STATUS);
  }
}

const options = optionsOf(process.argv.slice(2));

function boardNamed(name: string): NativeBoard {
  const native = findNativeBoard(name);
  if (!native) throw new Error(`no native board is called '${name}'`);
  return native;
}

function programNamed(name: string): BuiltProgram {
  const program = findProgram(name);
  if (!program) throw new Error(`no program is called '${name}'`);
  return program;
}

/** Builds the parts that are out of date, and returns their number. */
async function build(parts: Part[]): Promise<number> {
  let built = 0;
  for (const part of parts) {
    const start = performance.now();
    if (!(await buildPart(part))) continue;
    built++;
    const sizes = part.outputs.map((path) => `${relative(".", path)} ${Math.ceil(statSync(path).size / 1024)} KiB`);
    console.log(`built ${sizes.join(", ")} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
  return built;
}

try {
  const forTests = options["for-tests"];
  const tools: ToolName[] = forTests ? ["clang", "lld", "qemu"] : ["clang", "lld"];
  requireTools(...tools);
  const boards = (forTests ? allNativeBoardNames : options.board).map((name) => kernelPart(boardNamed(name)));
  const programs = (forTests ? programNames : options.program).map((name) => programPart(programNamed(name)));
  const built = await build([...boards, ...programs]);
  if (built === 0 && !options.quiet) console.log("build/native/ is up to date");
} catch (error) {
  const isOptional = error instanceof MissingTools && options["if-possible"];
  console.error(`${isOptional ? "native tests are skipped: " : ""}${error instanceof Error ? error.message : error}`);
  if (!isOptional) process.exitCode = error instanceof MissingTools ? USAGE_STATUS : 1;
}
