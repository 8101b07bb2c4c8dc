/**
 * Turns the sources of a user program into what the hosted machine runs: a module in which every access to memory goes
 * through the MMU, an ELF image of the program's data for the CPU driver to load, and a table of positions.
 *
 *     const { wasm, elf, positions } = await compileProgram({ entry: "system/init/main.ts", readFile });
 */
import { compileAssemblyScript, HEAP_BASE, HEAP_BASE_ENTRY, type ReadFile, type Variants } from "./assemblyscript";
import { packElf } from "./elf";
import { positionsOf } from "./positions";
import { rewriteProgram } from "./rewrite";
import { Reader } from "./wasm/bytes";
import {
  bodyOf,
  dataSegments,
  definedGlobals,
  GLOBAL_GET,
  I32_CONST,
  Kind,
  readBodies,
  readExports,
  readImports,
  readSections,
  SectionId,
} from "./wasm/sections";

/** Link address. Programs lie above the regions that the CPU driver prepares for them. */
export const PROGRAM_BASE = 0x400000;

/** Bulk memory operations would bypass the MMU, so they are disabled: each access must be a load or a store. */
const FLAGS = ["--memoryBase", String(PROGRAM_BASE), "--disable", "bulk-memory", "--sourceMap"];

/** Functions that a program exports: its start, and the address of its domain state if it has one. */
const PROGRAM_EXPORTS = ["_start", "domainState"];

export interface ProgramRequest {
  /** Path of the source with the function `_start`. */
  entry: string;
  readFile: ReadFile;
  /** Further sources whose exported functions are compiled, so that mistakes in functions without a caller are found. */
  checked?: readonly string[];
  /** 3 for code that runs fast, 1 for code that is compiled fast. */
  optimizeLevel?: 0 | 1 | 2 | 3;
  /** Functions of the entry file that are exported, if it has them; or all. If absent, `_start` and `domainState`. */
  exports?: readonly string[] | "all";
  variants?: Variants;
}

export interface Program {
  wasm: Uint8Array<ArrayBuffer>;
  elf: Uint8Array<ArrayBuffer>;
  /** Source map of `wasm`, as JSON. */
  positions: string;
  /** Sources that were read. */
  inputs: string[];
}

/** Throws a CompileError if the sources do not compile, and an Error if the module holds what the pass refuses. */
export async function compileProgram(request: ProgramRequest): Promise<Program> {
  const { entry, checked = [], readFile, optimizeLevel = 3, exports = PROGRAM_EXPORTS, variants } = request;
  const compiled = await compileAssemblyScript({
    entries: [entry, ...checked, HEAP_BASE_ENTRY],
    flags: [`-O${optimizeLevel}`, ...FLAGS],
    readFile,
    variants,
  });
  const rewritten = rewriteProgram(compiled.wasm, ({ name }) => exports === "all" || exports.includes(name));
  const image = { base: PROGRAM_BASE, end: heapBaseOf(compiled.wasm), segments: dataSegments(compiled.wasm) };
  return {
    wasm: rewritten.wasm,
    elf: packElf(image),
    positions: positionsOf(rewritten, compiled.sourceMap, compiled.functions),
    inputs: compiled.inputs,
  };
}

/** Returns the constant that the function `heapBase` returns. Without optimisation, it is in a global variable. */
export function heapBaseOf(wasm: Uint8Array): number {
  const sections = readSections(wasm);
  const exported = readExports(bodyOf(sections, SectionId.EXPORT)).find(({ name }) => name === HEAP_BASE);
  const imported = readImports(bodyOf(sections, SectionId.IMPORT)).filter(({ kind }) => kind === Kind.FUNCTION).length;
  const body = exported && readBodies(bodyOf(sections, SectionId.CODE))[exported.index - imported];
  if (!body) throw new Error(`the program does not export ${HEAP_BASE}`);
  const constant = (code: Uint8Array): number => {
    const reader = new Reader(code);
    const opcode = reader.byte();
    if (opcode === I32_CONST) return reader.signed32() >>> 0;
    if (opcode !== GLOBAL_GET) throw new Error(`${HEAP_BASE} does not return a constant`);
    const number = reader.unsigned();
    const global = definedGlobals(sections).find(({ index }) => index === number);
    return constant(global?.initial ?? Uint8Array.of());
  };
  return constant(body.code);
}
