/**
 * Builds a user program into the two files that the machine runs: a module in which every access to memory goes through
 * the MMU, and an ELF image of the program's data for the CPU driver to load.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import binaryen from "binaryen";
import { compileAssemblyScript, type ReadSource, readVariants } from "./assemblyscript";
import { type ProgramImage, packElf } from "./elf";
import { EXCEPTION_ENTRY, HEAP_BASE_ENTRY, MMU_ACCESS_ENTRY, MMU_FLAGS } from "./entries";
import { addFuel } from "./fuel";
import { foldOffsets } from "./offsets";
import { withStoredValuesFirst } from "./stores";
import { dataSegments, withImportsFrom, withoutDataSegments } from "./wasm-binary";

/** Link address. Programs lie above the regions that the CPU driver prepares for them. */
export const PROGRAM_BASE = 0x400000;

/** Bulk memory operations would bypass the MMU, so they are disabled: each access must be a load or a store. */
const FLAGS = ["-O3", "--memoryBase", String(PROGRAM_BASE), "--disable", "bulk-memory"];

/** Functions that a program exports: its start, and the address of its domain state if it has one. */
const PROGRAM_EXPORTS = ["_start", "domainState"];
/** Exports that the machine needs in addition. Everything else is internal after the merge. */
const MACHINE_EXPORTS = ["mode"];

/** Size of the machine's memory (machines/hosted/physical-memory.ts). All of it exists from the start. */
const MEMORY_PAGES = String(0x4001);
const WHOLE_MEMORY = ["--initialMemory", MEMORY_PAGES, "--maximumMemory", MEMORY_PAGES];

export interface UserProgram {
  wasm: Uint8Array;
  elf: Uint8Array;
  inputs: string[];
}

/** Returns the constant that a function without parameters returns. */
function constantResult(module: binaryen.Module, name: string): number {
  const body = binaryen.getFunctionInfo(module.getFunction(name)).body;
  const info = binaryen.getExpressionInfo(body);
  if (info.id !== binaryen.ConstId) throw new Error(`${name} does not return a constant`);
  return (info as binaryen.ConstInfo).value as number;
}

function exportedFunction(module: binaryen.Module, name: string): string {
  const exported = module.getExport(name);
  if (!exported) throw new Error(`the program does not export ${name}`);
  return binaryen.getExportInfo(exported).value;
}

function exportsOf(module: binaryen.Module): binaryen.ExportInfo[] {
  return Array.from({ length: module.getNumExports() }, (_, index) =>
    binaryen.getExportInfo(module.getExportByIndex(index)),
  );
}

function functionExports(module: binaryen.Module): string[] {
  return exportsOf(module).flatMap(({ kind, name }) => (kind === binaryen.ExternalFunction ? [name] : []));
}

function keepExports(module: binaryen.Module, names: readonly string[]): void {
  for (const { name } of exportsOf(module)) if (!names.includes(name)) module.removeExport(name);
}

// Keep function names in the binaries, because messages about traps contain them.
binaryen.setDebugInfo(true);

interface Instrumented {
  code: Uint8Array;
  image: ProgramImage;
  /** Names of the functions that the program exports. */
  exports: string[];
}

/** Removes the data, and makes each access call the MMU and each loop pay fuel. */
function instrument(compiled: Uint8Array, isOffered: (name: string) => boolean): Instrumented {
  const segments = dataSegments(compiled);
  const module = binaryen.readBinary(withStoredValuesFirst(withoutDataSegments(compiled)));
  try {
    const end = constantResult(module, exportedFunction(module, "heapBase"));
    const exports = functionExports(module).filter(isOffered);
    keepExports(module, exports);
    foldOffsets(module);
    addFuel(module);
    module.runPasses(["instrument-memory"]);
    return { code: module.emitBinary(), image: { base: PROGRAM_BASE, end, segments }, exports };
  } finally {
    module.dispose();
  }
}

/** Merges the MMU under the module name that the instrumentation imports from. The MMU also exports the memory. */
function merge(parts: { file: string; name: string; wasm: Uint8Array }[]): Uint8Array {
  mkdirSync("build", { recursive: true });
  const directory = mkdtempSync("build/merge-");
  const args = parts.flatMap(({ file, name, wasm }) => {
    writeFileSync(join(directory, file), wasm);
    return [join(directory, file), name];
  });
  const output = join(directory, "merged.wasm");
  execFileSync(process.execPath, [
    ...["node_modules/binaryen/bin/wasm-merge", ...args, "-o", output, "-g"],
    ...["--enable-mutable-globals", "--enable-multimemory", "--enable-bulk-memory", "--enable-sign-ext"],
    ...["--enable-nontrapping-float-to-int", "--rename-export-conflicts"],
  ]);
  const merged = readFileSync(output);
  rmSync(directory, { recursive: true });
  return merged;
}

/** Imports the MMU's memory from the machine, because a merged module cannot import one memory twice. */
const memoryFromMachine = (module: string, field: string) => (field === "memory" ? "hw" : module);
/** A program's "kernel" is the exception entry. The exception entry's "kernel" is the CPU driver. */
const kernelFromCpuDriver = (module: string) => (module === "kernel" ? "cpudriver" : module);

/** Upper limit for the number of expressions in `load_ptr` and `store_ptr`. */
const HIT_PATH_SIZE = 50;
const MISS_PATH = "machines/hosted/mmu/access/miss";

/** Inlines the path through the TLB into each access, and nothing else. */
function optimize(merged: Uint8Array, exports: readonly string[]): Uint8Array {
  const module = binaryen.readBinary(merged);
  try {
    keepExports(module, [...exports, ...MACHINE_EXPORTS]);
    binaryen.setOptimizeLevel(3);
    binaryen.setShrinkLevel(0);
    binaryen.setAlwaysInlineMaxSize(HIT_PATH_SIZE);
    binaryen.setPassArgument("no-inline", MISS_PATH);
    // The program itself is already optimised. Only the memory accesses are new.
    module.runPasses(["no-inline", "inlining-optimizing", "remove-unused-module-elements"]);
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

export interface UserProgramOptions {
  /** Export all functions of the entry file, for a host that calls them one by one, and not only the start. */
  exportAll?: boolean;
  /** Reads the sources; by default those of the checkout. */
  read?: ReadSource;
}

export async function buildUserProgram(
  entry: string,
  { exportAll = false, read = readVariants({}) }: UserProgramOptions = {},
): Promise<UserProgram> {
  const program = await compileAssemblyScript([entry, HEAP_BASE_ENTRY], FLAGS, read);
  const access = await compileAssemblyScript([MMU_ACCESS_ENTRY], [...MMU_FLAGS, ...WHOLE_MEMORY]);
  const exceptions = await compileAssemblyScript([EXCEPTION_ENTRY], MMU_FLAGS);
  const { code, image, exports } = instrument(program.wasm, (name) => exportAll || PROGRAM_EXPORTS.includes(name));
  const merged = merge([
    { file: "program.wasm", name: "program", wasm: code },
    { file: "mmu.wasm", name: "env", wasm: withImportsFrom(access.wasm, memoryFromMachine) },
    { file: "exceptions.wasm", name: "kernel", wasm: withImportsFrom(exceptions.wasm, kernelFromCpuDriver) },
  ]);
  return {
    wasm: optimize(merged, exports),
    elf: packElf(image),
    inputs: [...new Set([...program.inputs, ...access.inputs, ...exceptions.inputs])],
  };
}
