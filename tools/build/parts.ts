/**
 * The parts that `npm run build` makes. A part is left out if its entry file does not exist.
 *
 * The compilers are large and are loaded only if a part is out of date.
 */
import { existsSync } from "node:fs";
import type { Variants } from "../../compile/assemblyscript";
import type { Program } from "../../compile/program";
import { HANDOUT_FILES, HANDOUT_FOLDER, ownSourceOf } from "../../lab/submission";
import { missingTools } from "../../machines/native/toolchain";
import {
  BENCH_LOADS_ENTRY,
  BENCH_PROGRAM_ENTRY,
  BENCH_RACE_ENTRY,
  CPUDRIVER_ENTRY,
  INIT_ENTRY,
  MMU_ACCESS_ENTRY,
  MMU_ENTRIES,
  READING_ENTRY,
  READING_VARIANTS,
  RECORDER_ENTRY,
  RECORDER_FLAGS,
  RECORDING_INIT_VARIANTS,
} from "./entries";
import { COMMAND_MODE, type Part, writeOutput } from "./incremental";
import { raceLibraryPart } from "./native/parts";
import { libraryCode, libraryTypes } from "./package/library";
import { WEB_ENTRY, WEB_SYSTEM_FOLDER, webPage } from "./web";

/** Optimization of programs that are made fast, and of programs that run fast. */
const QUICK_LEVEL = 0;
const FULL_LEVEL = 3;

/** Modules that the inspector's page runs as well: each of its hosts needs them beside the page. */
const OF_THE_PAGE: readonly string[] = ["cpudriver", "mmu", "mmu-access", "recorder", "init", "reading"];

/** Where a module's files are written. */
function moduleFiles(name: string, ...endings: string[]): string[] {
  const folders = OF_THE_PAGE.includes(name) ? ["dist", WEB_SYSTEM_FOLDER] : ["dist"];
  return folders.flatMap((folder) => endings.map((ending) => `${folder}/${name}${ending}`));
}

function writeModule(name: string, ending: string, contents: Uint8Array | string): void {
  for (const path of moduleFiles(name, ending)) writeOutput(path, contents);
}

const cpudriver: Part = {
  name: "cpudriver",
  outputs: moduleFiles("cpudriver", ".wasm"),
  async make() {
    const { buildCpuDriver } = await import("./cpudriver");
    const { wasm, inputs } = await buildCpuDriver(CPUDRIVER_ENTRY);
    writeModule("cpudriver", ".wasm", wasm);
    return inputs;
  },
};

/** Writes a program with its data and its positions. Returns the sources that were read. */
function writeProgram(name: string, { wasm, elf, positions, inputs }: Program): string[] {
  writeModule(name, ".wasm", wasm);
  writeModule(name, ".elf", elf);
  writeModule(name, ".wasm.map", positions);
  return inputs;
}

function userProgram(name: string, entry: string, isQuick: boolean, variants: Variants = {}): Part {
  return {
    name,
    isQuick,
    outputs: moduleFiles(name, ".wasm", ".elf", ".wasm.map"),
    async make() {
      const { compileProgramFiles } = await import("../../compile/node/files");
      const optimizeLevel = isQuick ? QUICK_LEVEL : FULL_LEVEL;
      return writeProgram(name, await compileProgramFiles(entry, { optimizeLevel, variants }));
    },
  };
}

/** A module whose accesses to memory are not rewritten: a part of the machine, or one without MMU and CPU driver. */
function plainModule(name: string, entries: readonly string[], flags: readonly string[] = []): Part {
  return {
    name,
    outputs: moduleFiles(name, ".wasm"),
    async make() {
      const { compileFiles } = await import("../../compile/node/files");
      const { wasm, inputs } = await compileFiles(entries, ["-O3", ...flags]);
      writeModule(name, ".wasm", wasm);
      return inputs;
    },
  };
}

function nodeProgram(name: string, entry: string): Part {
  return {
    name,
    outputs: [`dist/${name}.js`],
    async make() {
      const { build: bundle } = await import("esbuild");
      const { metafile, outputFiles } = await bundle({
        entryPoints: [entry],
        outfile: `dist/${name}.js`,
        bundle: true,
        platform: "node",
        format: "esm",
        target: "node20",
        packages: "external",
        metafile: true,
        write: false,
        logLevel: "silent",
      });
      for (const { contents } of outputFiles) writeOutput(`dist/${name}.js`, contents, COMMAND_MODE);
      return Object.keys(metafile.inputs);
    },
  };
}

/** init with the hand-out of the lab, in which nothing is implemented yet. */
function stub(isQuick: boolean): Part {
  return {
    name: "stub",
    isQuick,
    outputs: ["dist/stub.wasm", "dist/stub.elf", "dist/stub.wasm.map"],
    async make() {
      const { collectSubmission } = await import("../../lab/node/collect");
      const { compileSubmission } = await import("../../lab/node/build");
      const { files } = collectSubmission(HANDOUT_FOLDER);
      const inputs = writeProgram("stub", await compileSubmission(files, "init", isQuick ? QUICK_LEVEL : FULL_LEVEL));
      const own = inputs.map(ownSourceOf).filter((path) => path !== null);
      return [...own, ...HANDOUT_FILES.map((file) => `${HANDOUT_FOLDER}/${file}`)];
    },
  };
}

const CLI_ENTRY = "apps/cli/main.ts";
const LAB_WORKER_ENTRY = "lab/node/worker.ts";
const FUZZ_ENTRY = "evidence/fuzz/main.ts";
const LIBRARY_ENTRY = "api/main.ts";

export interface PartOptions {
  /** Add the parts that only the benchmarks need. */
  bench: boolean;
  /** Add the command for further random tests. */
  fuzz: boolean;
  /** Add what other programs import. */
  library?: boolean;
  /**
   * Compile init and the stub fast, and leave out the pages, which no run on the command line needs. The programs of the
   * benchmarks are never quick, because their speed is measured.
   */
  quick?: boolean;
}

/** No part needs another one. The parts that take longest come first. */
export function parts({ bench, fuzz, library = false, quick = false }: PartOptions): Part[] {
  const benchmarks: [entry: string, part: Part][] = [
    [BENCH_PROGRAM_ENTRY, userProgram("bench-program", BENCH_PROGRAM_ENTRY, false)],
    [INIT_ENTRY, userProgram("bench-init", INIT_ENTRY, false, RECORDING_INIT_VARIANTS)],
    [BENCH_LOADS_ENTRY, plainModule("bench-loads", [BENCH_LOADS_ENTRY])],
    [BENCH_RACE_ENTRY, plainModule("bench-race", [BENCH_RACE_ENTRY])],
  ];
  // Without clang, the race leaves out its row of native code.
  if (missingTools("clang").length === 0) benchmarks.push([BENCH_RACE_ENTRY, raceLibraryPart()]);
  const candidates: [entry: string, part: Part][] = [
    [INIT_ENTRY, userProgram("init", INIT_ENTRY, quick)],
    [CPUDRIVER_ENTRY, cpudriver],
    [MMU_ENTRIES[0] as string, plainModule("mmu", MMU_ENTRIES)],
    [MMU_ACCESS_ENTRY, plainModule("mmu-access", [MMU_ACCESS_ENTRY])],
    [RECORDER_ENTRY, plainModule("recorder", [RECORDER_ENTRY], RECORDER_FLAGS)],
    [READING_ENTRY, userProgram("reading", INIT_ENTRY, true, READING_VARIANTS)],
    [LAB_WORKER_ENTRY, stub(quick)],
    [LAB_WORKER_ENTRY, nodeProgram("lab-worker", LAB_WORKER_ENTRY)],
    [CLI_ENTRY, nodeProgram("cli", CLI_ENTRY)],
    ...(quick ? [] : [[WEB_ENTRY, webPage] as [string, Part]]),
    ...(bench ? benchmarks : []),
    ...(fuzz ? [[FUZZ_ENTRY, nodeProgram("fuzz", FUZZ_ENTRY)] as [string, Part]] : []),
    ...(library ? [libraryCode, libraryTypes].map((part): [string, Part] => [LIBRARY_ENTRY, part]) : []),
  ];
  return candidates.filter(([entry]) => existsSync(entry)).map(([, part]) => part);
}
