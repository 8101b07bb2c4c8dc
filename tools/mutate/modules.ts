/**
 * The modules that are built from mutated sources, and the tests that load them. All paths are relative to the current
 * directory, as in the build.
 */
import { readFileSync } from "node:fs";
import { buildLibraryAlone, buildLibraryProgram } from "../../evidence/harness/libraries/build";
import { buildPart } from "../build/incremental";
import { parts } from "../build/parts";
import { distance, testFiles } from "./test-order";

export interface BuiltModule {
  /** Also the name of the build's record. */
  readonly name: string;
  readonly outputs: readonly string[];
  /** Test files, or folders of test files, that load the module. */
  readonly readers: readonly string[];
  build(): Promise<unknown>;
}

function partOfDist(name: string): () => Promise<unknown> {
  return async () => {
    const part = parts({ bench: false, fuzz: false }).find((candidate) => candidate.name === name);
    if (!part) throw new Error(`the build has no part ${name}`);
    return buildPart(part);
  };
}

/** The modules whose tests take longest come last. */
export const MODULES: readonly BuiltModule[] = [
  {
    name: "cpudriver",
    outputs: ["dist/cpudriver.wasm"],
    readers: [
      ...[
        "tests/system/cpudriver",
        "tests/system/libaos",
        "tests/system/init",
        "tests/evidence/model/model.test.ts",
        "tests/evidence/fuzz",
        "tests/defects",
        "tests/observe",
      ],
      ...["tests/apps/cli/boot.test.ts", "tests/apps/cli/inspect.test.ts"],
    ],
    build: partOfDist("cpudriver"),
  },
  {
    name: "fixture-library",
    outputs: ["build/fixtures/library.wasm"],
    readers: ["tests/system/libmm"],
    build: buildLibraryAlone,
  },
  {
    name: "fixture-library-program",
    outputs: [
      "build/fixtures/library-program.wasm",
      "build/fixtures/library-program.elf",
      "build/fixtures/library-program.wasm.map",
    ],
    readers: [
      ...["tests/system/libaos", "tests/defects/library.test.ts", "tests/defects/managers.test.ts"],
      "tests/evidence/fuzz/libraries.test.ts",
    ],
    build: buildLibraryProgram,
  },
  {
    name: "init",
    outputs: ["dist/init.wasm", "dist/init.elf", "dist/init.wasm.map"],
    readers: [
      "tests/system/init",
      "tests/observe/decode",
      "tests/apps/cli/boot.test.ts",
      "tests/apps/cli/inspect.test.ts",
    ],
    build: partOfDist("init"),
  },
];

/** Builds all other files that tests read. */
export async function buildTheRest(): Promise<void> {
  for (const part of parts({ bench: false, fuzz: false })) await buildPart(part);
}

/** The modules that `path` is an input of, those with the nearest tests first. */
export function modulesWith(path: string): BuiltModule[] {
  const nearest = ({ readers }: BuiltModule) => Math.min(...testFiles(readers).map((test) => distance(path, test)));
  return MODULES.filter(({ name }) => {
    const { inputs } = JSON.parse(readFileSync(`build/records/${name}.json`, "utf8")) as { inputs: object };
    return path in inputs;
  }).sort((a, b) => nearest(a) - nearest(b));
}
