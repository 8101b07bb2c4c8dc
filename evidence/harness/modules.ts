/** Builds modules that only tests and fuzzers need, once after each change of their sources. */
import { readFileSync } from "node:fs";
import type { ProgramRequest } from "../../compile/program";
import { MMU_ACCESS_ENTRY, MMU_ENTRIES } from "../../tools/build/entries";
import { buildPart, writeOutput } from "../../tools/build/incremental";

/** Folder of the modules. */
const BUILT = "build/fixtures";

// The compilers are large, so they are loaded only if something has to be compiled.

/** Returns the module `name`. Compiles it first if the module or one of its sources has changed. */
export async function buildModule(
  name: string,
  compile: () => Promise<{ wasm: Uint8Array; inputs: string[] }>,
): Promise<Uint8Array<ArrayBuffer>> {
  const output = `${BUILT}/${name}.wasm`;
  await buildPart({
    name: `fixture-${name}`,
    outputs: [output],
    async make() {
      const { wasm, inputs } = await compile();
      writeOutput(output, wasm);
      return inputs;
    },
  });
  return readFileSync(output);
}

export interface BuiltProgram {
  wasm: Uint8Array<ArrayBuffer>;
  elf: Uint8Array<ArrayBuffer>;
  positions: string;
}

/** Returns the program `name` with its ELF image. Builds it first if it or one of its sources has changed. */
export async function buildProgram(
  name: string,
  entry: string,
  options?: Pick<ProgramRequest, "exports" | "variants">,
): Promise<BuiltProgram> {
  const [wasmFile, elfFile, mapFile] = [`${BUILT}/${name}.wasm`, `${BUILT}/${name}.elf`, `${BUILT}/${name}.wasm.map`];
  await buildPart({
    name: `fixture-${name}`,
    outputs: [wasmFile, elfFile, mapFile],
    async make() {
      const { compileProgramFiles } = await import("../../compile/node/files");
      const { wasm, elf, positions, inputs } = await compileProgramFiles(entry, options);
      writeOutput(wasmFile, wasm);
      writeOutput(elfFile, elf);
      writeOutput(mapFile, positions);
      return inputs;
    },
  });
  return { wasm: readFileSync(wasmFile), elf: readFileSync(elfFile), positions: readFileSync(mapFile, "utf8") };
}

/** Compiles the entry files to one module. */
export async function compile(entries: string[], flags: string[]): Promise<{ wasm: Uint8Array; inputs: string[] }> {
  const { compileFiles } = await import("../../compile/node/files");
  return compileFiles(entries, flags);
}

/** Builds the registers of the MMU, the same as in dist/. */
export function buildMmu(): Promise<Uint8Array<ArrayBuffer>> {
  return buildModule("mmu", () => compile(MMU_ENTRIES, ["-O3"]));
}

/** Builds the part of the MMU that handles a program's accesses. */
export function buildAccess(): Promise<Uint8Array<ArrayBuffer>> {
  return buildModule("access", () => compile([MMU_ACCESS_ENTRY], ["-O3"]));
}
