/** Builds modules that only tests and fuzzers need, once after each change of their sources. */
import { readFileSync } from "node:fs";
import { MMU_ACCESS_ENTRY, MMU_ENTRIES, MMU_FLAGS } from "../../tools/build/entries";
import { buildPart, writeOutput } from "../../tools/build/incremental";
import type { UserProgramOptions } from "../../tools/build/user-program";

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

/** Returns the program `name` with its ELF image. Builds it first if it or one of its sources has changed. */
export async function buildProgram(
  name: string,
  entry: string,
  options?: UserProgramOptions,
): Promise<{ wasm: Uint8Array<ArrayBuffer>; elf: Uint8Array<ArrayBuffer> }> {
  const [wasmFile, elfFile] = [`${BUILT}/${name}.wasm`, `${BUILT}/${name}.elf`];
  await buildPart({
    name: `fixture-${name}`,
    outputs: [wasmFile, elfFile],
    async make() {
      const { buildUserProgram } = await import("../../tools/build/user-program");
      const { wasm, elf, inputs } = await buildUserProgram(entry, options);
      writeOutput(wasmFile, wasm);
      writeOutput(elfFile, elf);
      return inputs;
    },
  });
  return { wasm: readFileSync(wasmFile), elf: readFileSync(elfFile) };
}

/** Compiles the entry files to one module. */
export async function compile(entries: string[], flags: string[]): Promise<{ wasm: Uint8Array; inputs: string[] }> {
  const { compileAssemblyScript } = await import("../../tools/build/assemblyscript");
  return compileAssemblyScript(entries, flags);
}

/** Builds the registers of the MMU, the same as in dist/. */
export function buildMmu(): Promise<Uint8Array<ArrayBuffer>> {
  return buildModule("mmu", () => compile(MMU_ENTRIES, MMU_FLAGS));
}

/** Builds the part of the MMU that is merged into programs as a module of its own. */
export function buildAccess(): Promise<Uint8Array<ArrayBuffer>> {
  return buildModule("access", () => compile([MMU_ACCESS_ENTRY], MMU_FLAGS));
}
