/** Builds the CPU driver's image for one board. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HEAP_BASE_ENTRY } from "../../../compile/assemblyscript";
import { compileFiles } from "../../../compile/node/files";
import type { NativeBoard } from "../../../machines/native/boards";
import { KERNEL_WINDOW } from "../../../system/kpi/types";
import { CPUDRIVER_BASE } from "../cpudriver";
import { CPUDRIVER_ENTRY } from "../entries";
import { compileAll, link, RUNTIME } from "./compile";
import { headerText, kernelConstants, linkerSymbols } from "./constants";
import { dataSource, splitModule } from "./data";
import { wasmToC } from "./wasm-to-c";

/** Address of the static data in the window, so that a pointer of the module is an address of the machine. */
const DATA_BASE = KERNEL_WINDOW + CPUDRIVER_BASE;
/** Optimises for size here; clang later inlines the functions that are worth it. */
const WASM_FLAGS = ["-O0", "--sourceMap", "--memoryBase", String(DATA_BASE)];
const SMALL = /^system_cpudriver_(startup|debug|main_boot)|^system_kpi_|^kernel_boot$/;
/**
 * Functions that become a part of each caller: those of a map, which has a copy for each of its three units, and the one
 * that puts a slot into the tree.
 */
const INLINED = new RegExp(
  [
    "^system_cpudriver_paging_(map_(mapUnits|writeMemoryEntries|commitMap)|mapping_createMapping)$",
    "^system_cpudriver_mdb_tree_attach$",
  ].join("|"),
);
/** The handlers of invocations. As parts of one large function, they would share too few registers. */
const APART = /^system_cpudriver_invocation_(cnode|vnode)_invoke/;
/** The words of a system call (`system/cpudriver/invocation/registers.ts`), which `vectors.S` writes. */
const SYSTEM_CALL_WORDS = {
  array: "systemCallWords",
  elements: /\bsystem_cpudriver_invocation_registers_Arg_word(\d+)\b/g,
};
const FILES = [
  "main.c",
  "hw.c",
  "programs.c",
  "interrupts.c",
  "console.c",
  "trace.c",
  "stop.c",
  "start.S",
  "vectors.S",
];

/**
 * Writes an ELF file with symbols, linked for the window. Returns the AssemblyScript sources that it was built from.
 */
export async function buildKernel(native: NativeBoard, folder: string, output: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const compiled = await compileFiles([CPUDRIVER_ENTRY, HEAP_BASE_ENTRY], WASM_FLAGS);
  const module = splitModule(compiled, DATA_BASE);
  const constants = kernelConstants(native);
  writeFileSync(join(folder, "constants.h"), headerText(constants));
  const sources = [
    wasmToC(
      module,
      {
        name: "cpudriver",
        prefix: "kernel_",
        small: SMALL,
        inlined: INLINED,
        apart: APART,
        headers: ["hw-inline.h"],
        shared: SYSTEM_CALL_WORDS,
      },
      folder,
    ),
    dataSource(module, DATA_BASE, join(folder, "cpudriver-data.bin")),
    ...[...FILES, `uart-${native.uart}.c`].map((file) => join("machines/native/kernel", file)),
    ...RUNTIME,
  ];
  const objects = compileAll(sources, folder, ["-O3", "-mllvm", "-cold-callsite-rel-freq=0"]);
  link(
    objects,
    output,
    "machines/native/kernel/kernel.ld",
    linkerSymbols({ ...constants, WASM_DATA_BASE: CPUDRIVER_BASE }),
  );
  return compiled.inputs;
}
