/** A user program as machine code: an ELF file that the CPU driver's loader loads. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileAssemblyScript } from "../../tools/build/assemblyscript";
import { HEAP_BASE_ENTRY } from "../../tools/build/entries";
import { PROGRAM_BASE } from "../../tools/build/user-program";
import { headerText, linkerSymbols, programConstants } from "./constants";
import { dataSource, splitModule } from "./data";
import { PROGRAM_STATE, PROGRAM_TEXT, USER_STACK, USER_STACK_BYTES } from "./program-space";
import { compile, link } from "./toolchain";
import { wasmToC } from "./wasm-to-c";

const WASM_FLAGS = ["-O3s", "--memoryBase", String(PROGRAM_BASE)];
const C_FLAGS = ["-O2", "-mthumb", "-fno-strict-aliasing"];
const RUNTIME = ["native/program/start.S", "native/wasm/memory.c", "native/wasm/division.c", "native/wasm/division.S"];

export interface NativeProgram {
  /** With symbols, for debuggers. */
  path: string;
  /** Without: the boot module. */
  elf: Uint8Array;
}

export async function buildProgram(entry: string, name: string, folder: string): Promise<NativeProgram> {
  mkdirSync(folder, { recursive: true });
  const { wasm } = await compileAssemblyScript([entry, HEAP_BASE_ENTRY], WASM_FLAGS);
  const split = splitModule(wasm, PROGRAM_BASE);
  writeFileSync(join(folder, "constants.h"), headerText(programConstants()));
  const sources = [
    wasmToC(split.code, name, "program_", folder),
    dataSource(split, PROGRAM_BASE, join(folder, `${name}-data.bin`)),
    ...RUNTIME,
  ];
  const objects = sources.map((source) => {
    const object = join(folder, `${source.replace(/^.*\//, "")}.o`);
    compile(source, object, [...C_FLAGS, `-I${folder}`, "-Inative/wasm"]);
    return object;
  });
  const symbols = {
    WASM_DATA_BASE: PROGRAM_BASE,
    PROGRAM_TEXT,
    PROGRAM_STATE,
    USER_STACK,
    USER_STACK_BYTES,
  };
  const flags = ["-T", "native/program/program.ld", ...linkerSymbols(symbols)];
  const path = join(folder, `${name}.elf`);
  const stripped = join(folder, `${name}.stripped.elf`);
  link(objects, path, flags);
  link(objects, stripped, [...flags, "--strip-all"]);
  return { path, elf: readFileSync(stripped) };
}
