/** Builds the policies of libmm as machine code of the computer that compiles: a library that Node loads for a race. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { HEAP_BASE_ENTRY } from "../../../compile/assemblyscript";
import { compileFiles } from "../../../compile/node/files";
import { runTool } from "../../../machines/native/toolchain";
import { BENCH_RACE_ENTRY } from "../entries";
import { headerText } from "./constants";
import { splitModule } from "./data";
import { RARE } from "./program";
import { wasmToC } from "./wasm-to-c";

const ENTRY = "evidence/bench/programs/race-library.c";
/** First address of the static data in the module's memory. */
const DATA_BASE = 1024;
/** Address of the module's memory: high above what a process uses, and a multiple of 4 GiB. */
const MEMORY_BASE = 2 ** 44;
/** The module's own code checks nothing that the MMU of a board checks; a race stays inside its memory. */
const C_FLAGS = ["-std=gnu17", "-O2", "-fPIC", "-fvisibility=hidden", "-fno-strict-aliasing", "-fomit-frame-pointer"];
/** macOS resolves the names of Node when the library is loaded, as other systems do without a flag. */
const LINK_FLAGS = process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : [];

/** Writes the library. Returns the sources that it was built from. */
export async function buildRaceLibrary(folder: string, output: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  mkdirSync(dirname(output), { recursive: true });
  const flags = ["-O0", "--sourceMap", "--memoryBase", String(DATA_BASE)];
  const compiled = await compileFiles([BENCH_RACE_ENTRY, HEAP_BASE_ENTRY], flags);
  const module = splitModule(compiled, DATA_BASE);
  writeFileSync(join(folder, "constants.h"), headerText({ MEMORY_BASE, DATA_BASE }));
  writeFileSync(join(folder, "data.h"), `static const unsigned char data[] = {${module.data.join(",")}};\n`);
  const code = wasmToC(module, { name: "race", prefix: "race_", small: /^$/, rare: RARE }, folder);
  const includes = [folder, "machines/native/wasm"].map((path) => `-I${path}`);
  runTool("clang", [...C_FLAGS, ...includes, "-shared", code, ENTRY, ...LINK_FLAGS, "-o", output]);
  return [...compiled.inputs, ENTRY];
}
