/** The CPU driver's image for one board. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileAssemblyScript } from "../../tools/build/assemblyscript";
import { CPUDRIVER_BASE } from "../../tools/build/cpudriver";
import { CPUDRIVER_ENTRY, HEAP_BASE_ENTRY } from "../../tools/build/entries";
import type { NativeBoard } from "../boards";
import { headerText, kernelConstants, linkerSymbols } from "./constants";
import { dataSource, splitModule } from "./data";
import { type Executable, readElf } from "./elf";
import { compile, link } from "./toolchain";
import { wasmToC } from "./wasm-to-c";

/** Small first: clang inlines what it finds worth it. */
const WASM_FLAGS = ["-O3s", "--memoryBase", String(CPUDRIVER_BASE)];
const C_FLAGS = ["-O2", "-mthumb", "-fno-strict-aliasing"];
const FILES = ["main.c", "hw.c", "programs.c", "interrupts.c", "console.c", "trace.c", "stop.c", "start.S", "vectors.S"];
const RUNTIME = ["memory.c", "division.c", "division.S"];

export interface KernelImage {
  /** With symbols, for debuggers. */
  path: string;
  elf: Executable;
  /** Offset in RAM behind the static data: where boot modules may lie. */
  end: number;
}

export async function buildKernel(native: NativeBoard, folder: string): Promise<KernelImage> {
  mkdirSync(folder, { recursive: true });
  const { wasm } = await compileAssemblyScript([CPUDRIVER_ENTRY, HEAP_BASE_ENTRY], WASM_FLAGS);
  const split = splitModule(wasm, CPUDRIVER_BASE);
  const constants = kernelConstants(native);
  writeFileSync(join(folder, "constants.h"), headerText(constants));
  const sources = [
    wasmToC(split.code, "cpudriver", "kernel_", folder),
    dataSource(split, CPUDRIVER_BASE, join(folder, "cpudriver-data.bin")),
    ...[...FILES, `uart-${native.uart}.c`].map((file) => join("native/kernel", file)),
    ...RUNTIME.map((file) => join("native/wasm", file)),
  ];
  const objects = sources.map((source) => {
    const object = join(folder, `${source.replace(/^.*\//, "")}.o`);
    compile(source, object, [...C_FLAGS, `-I${folder}`, "-Inative/wasm", "-Inative/kernel"]);
    return object;
  });
  const path = join(folder, "cpudriver.elf");
  const symbols = { ...constants, WASM_DATA_BASE: CPUDRIVER_BASE };
  link(objects, path, ["-T", "native/kernel/kernel.ld", ...linkerSymbols(symbols)]);
  return { path, elf: readElf(readFileSync(path)), end: split.end };
}
