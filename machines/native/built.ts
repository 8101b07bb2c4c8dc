/** Names the files that a native build makes, and their paths. */
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { BASE_PAGE_SIZE, KERNEL_WINDOW } from "../../system/kpi/types";
import type { NativeBoard } from "./boards";
import { checkoutFolder } from "./checkout";
import { type Executable, readElf } from "./elf";
import { MachineCode } from "./source-lines";

export interface BuiltProgram {
  name: string;
  /** Source file: AssemblyScript, or C that needs no library. */
  entry: string;
}

const PROGRAMS: readonly BuiltProgram[] = [
  { name: "init", entry: "system/init/main.ts" },
  { name: "caller", entry: "machines/native/caller/main.ts" },
  { name: "bench", entry: "evidence/bench/programs/native.ts" },
  { name: "faults", entry: "tests/machines/native/fixtures/wasm/programs/faults.ts" },
  { name: "stores", entry: "tests/machines/native/fixtures/wasm/programs/stores.ts" },
  { name: "hostile", entry: "tests/machines/native/fixtures/hostile.c" },
  { name: "runtime", entry: "tests/machines/native/fixtures/runtime.c" },
];

export const programNames: readonly string[] = PROGRAMS.map(({ name }) => name);

export function findProgram(name: string): BuiltProgram | undefined {
  return PROGRAMS.find((program) => program.name === name);
}

function built(folder: string, file: string): string {
  return join(checkoutFolder(), "build/native", folder, file);
}

/** ELF file of the CPU driver with its symbols, for debuggers and for packing. */
export function kernelFile({ name }: NativeBoard): string {
  return built(name, "cpudriver.elf");
}

export interface ProgramFiles {
  /** ELF file with symbols and debug information. */
  debug: string;
  /** ELF file without them: the boot module. */
  module: string;
  /** The functions that the sources declare, as JSON. */
  functions: string;
}

export function programFiles(name: string): ProgramFiles {
  const file = (ending: string) => built(name, `${name}.${ending}`);
  return { debug: file("elf"), module: file("module.elf"), functions: file("functions.json") };
}

/** The policies of libmm as machine code of this computer, as a library that Node loads for a race. */
export function raceLibrary(): string {
  return built("race", "race.node");
}

export interface KernelImage {
  elf: Executable;
  /** First offset in RAM after the static data. Boot modules may lie from there on. */
  end: number;
}

/** Reads a file of the native build. Throws an error that names the command if nothing has built it. */
export function readNative(path: string): Uint8Array {
  if (existsSync(path)) return readFileSync(path);
  throw new Error(`${relative(checkoutFolder(), path)} is not built yet: run npm run native:tests`);
}

export function loadKernel(native: NativeBoard): KernelImage {
  const elf = readElf(readNative(kernelFile(native)));
  const end = Math.max(...elf.segments.map(({ address, memoryBytes }) => address + memoryBytes));
  return { elf, end: Math.ceil(end / BASE_PAGE_SIZE) * BASE_PAGE_SIZE - KERNEL_WINDOW };
}

/** A program's code with what it was built from. */
export function loadMachineCode(name: string): MachineCode {
  const { debug, functions } = programFiles(name);
  return new MachineCode(readNative(debug), JSON.parse(new TextDecoder().decode(readNative(functions))));
}

export function loadProgram(name: string): Uint8Array {
  return readNative(programFiles(name).module);
}
