/** Compiles the program of the library tests in both forms, once after each change of its sources. */
import { readFileSync } from "node:fs";
import type { DirectProgram } from "../../../machines/hosted/direct/direct-machine";
import { buildPart, writeOutput } from "../../../tools/build/incremental";

const ENTRY = "evidence/harness/libraries/program/library.ts";
const [PROGRAM, PROGRAM_DATA] = ["build/fixtures/library-program.wasm", "build/fixtures/library-program.elf"];
const ALONE = "build/fixtures/library.wasm";

/** Builds the program for the machine. */
export async function buildLibraryProgram(): Promise<DirectProgram> {
  await buildPart({
    name: "fixture-library-program",
    outputs: [PROGRAM, PROGRAM_DATA],
    async make() {
      const { buildUserProgram } = await import("../../../tools/build/user-program");
      const { wasm, elf, inputs } = await buildUserProgram(ENTRY, { exportAll: true });
      writeOutput(PROGRAM, wasm);
      writeOutput(PROGRAM_DATA, elf);
      return inputs;
    },
  });
  return { wasm: readFileSync(PROGRAM), elf: readFileSync(PROGRAM_DATA) };
}

/** Builds the program as a module of its own on plain memory, starting at 4 MiB. */
export async function buildLibraryAlone(): Promise<Uint8Array<ArrayBuffer>> {
  await buildPart({
    name: "fixture-library",
    outputs: [ALONE],
    async make() {
      const { compileAssemblyScript } = await import("../../../tools/build/assemblyscript");
      const { wasm, inputs } = await compileAssemblyScript([ENTRY], ["-O3", "--memoryBase", "4194304"]);
      writeOutput(ALONE, wasm);
      return inputs;
    },
  });
  return readFileSync(ALONE);
}
