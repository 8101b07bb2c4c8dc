/**
 * `npm run native`: machine code of the CPU driver and of init, for the boards named as arguments (vexpress-a9 if none
 * is). With `--program NAME` another program than init; with `--quiet`, says nothing when there is nothing to do.
 */
import { statSync } from "node:fs";
import { relative } from "node:path";
import { findNativeBoard, type NativeBoard } from "../native/boards";
import { kernelPart, programPart } from "../native/build/parts";
import { BENCH, INIT } from "../native/built";
import { MissingTools, requireTools } from "../native/toolchain";
import { buildPart, type Part } from "./build/incremental";

const USAGE_STATUS = 2;

function boardNamed(name: string): NativeBoard {
  const native = findNativeBoard(name);
  if (!native) throw new Error(`no native board is called '${name}'`);
  return native;
}

function partsFor(args: string[]): Part[] {
  const programAt = args.indexOf("--program");
  const programName = programAt < 0 ? INIT.name : args[programAt + 1];
  const program = [INIT, BENCH].find(({ name }) => name === programName);
  if (!program) throw new Error(`no program is called '${programName}'`);
  const names = args.filter((arg, index) => !arg.startsWith("--") && index !== programAt + 1);
  const boards = (names.length === 0 ? ["vexpress-a9"] : names).map(boardNamed);
  return [...boards.map(kernelPart), programPart(program)];
}

const args = process.argv.slice(2);
try {
  requireTools("clang", "lld");
  let built = 0;
  for (const part of partsFor(args)) {
    const start = performance.now();
    if (!(await buildPart(part))) continue;
    built++;
    const sizes = part.outputs.map((path) => `${relative(".", path)} ${Math.ceil(statSync(path).size / 1024)} KiB`);
    console.log(`built ${sizes.join(", ")} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
  if (built === 0 && !args.includes("--quiet")) console.log("build/native/ is up to date");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof MissingTools ? USAGE_STATUS : 1;
}
