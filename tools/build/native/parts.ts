/** The parts of a native build. Each is built only if one of its inputs has changed. */
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import type { NativeBoard } from "../../../machines/native/boards";
import { type BuiltProgram, kernelFile, programFiles, raceLibrary } from "../../../machines/native/built";
import type { Part } from "../incremental";

/** Sources of the native machine and of its build. */
const FOLDERS = ["machines/native", "tools/build/native"];

function ownSources(): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.\w+$/.test(name))
      .map((name) => join(folder, name)),
  ).sort();
}

function scratch(name: string): string {
  return join("build/native", name);
}

export function kernelPart(native: NativeBoard): Part {
  const output = kernelFile(native);
  return {
    name: `native-cpudriver-${native.name}`,
    outputs: [output],
    async make() {
      const { buildKernel } = await import("./kernel");
      return [...(await buildKernel(native, scratch(native.name), output)), ...ownSources()];
    },
  };
}

export function programPart(program: BuiltProgram): Part {
  const outputs = programFiles(program.name);
  return {
    name: `native-${program.name}`,
    outputs: Object.values(outputs),
    async make() {
      const { buildCProgram, buildProgram } = await import("./program");
      const folder = scratch(program.name);
      const inputs = program.entry.endsWith(".c")
        ? buildCProgram(program.entry, folder, outputs)
        : await buildProgram(program.entry, program.name, folder, outputs);
      return [...inputs, ...ownSources()];
    },
  };
}

export function raceLibraryPart(): Part {
  // Relative to the checkout, as in the records of parts that a command checks.
  const output = relative(".", raceLibrary());
  return {
    name: "native-race",
    outputs: [output],
    async make() {
      const { buildRaceLibrary } = await import("./race");
      return [...(await buildRaceLibrary(scratch("race"), output)), ...ownSources()];
    },
  };
}
