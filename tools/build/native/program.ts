/** Builds a user program as machine code: an ELF file for the CPU driver's loader. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HEAP_BASE_ENTRY } from "../../../compile/assemblyscript";
import { compileFiles } from "../../../compile/node/files";
import { PROGRAM_BASE } from "../../../compile/program";
import type { ProgramFiles } from "../../../machines/native/built";
import type { DeclaredFunction } from "../../../machines/native/source-lines";
import { compileAll, link, RUNTIME } from "./compile";
import { headerText, linkerSymbols, programConstants } from "./constants";
import { dataSource, splitModule } from "./data";
import { PROGRAM_STATE, PROGRAM_TEXT, USER_STACK, USER_STACK_BYTES } from "./program-space";
import { wasmToC } from "./wasm-to-c";

const WASM_FLAGS = ["-O0", "--sourceMap", "--memoryBase", String(PROGRAM_BASE)];
/** Turns repeated instruction sequences into functions. Code shrinks by 5 % and runs 1 % more instructions. */
const SIZE_FLAGS = ["-Os", "-mllvm", "-cold-callsite-rel-freq=0", "-mllvm", "-enable-machine-outliner"];
/** Functions to compile for size rather than speed: those of the program, not those of the libraries. */
const SMALL = /^system_(init|kpi)_|^evidence_bench_programs_(?!native_)|^program_/;
/** Functions of the libraries that run at start, to grow, for diagnosis, or in a policy that is not the default. */
export const RARE = new RegExp(
  [
    "^system_libaos_(debug|print|startup|arguments|bootinfo|cnode|accounts|from_ram|objects|slab_refill|slab_default)",
    "^system_libaos_(slot_(root_growth|growth|init|single|range|default_grow|root_rootSlotsAdd)|slab_addSlab)",
    "^system_libaos_(paging_(init|invariants|l2_table)|frame_identifyForeign)",
    "^system_libmm_(invariants|add|mm_mm|policy_(buddy|first_fit|best_fit|treap|policy_largest))",
    "^system_libmm_(slot_prealloc_(grow|slotPreallocInit)|index_(deepen|prune)|manager_forgetAll)",
    "^system_libmm_alloc_(searchOn|takeElsewhere|highestIn)|^system_libmm_policy_policy_policyFindHigh",
    "^system_libaos_(capabilities_capMint|vnode_(vnodeCreate|mappingModifyFlags)|slot_block_SlotBlock_init)",
  ].join("|"),
);

/** Functions that every allocation runs, and that have few other callers. */
const INLINED = new RegExp(
  [
    "^system_libmm_(alloc_(allocate|findPiece|takeAtEnd|lowestIn)|policy_segregated_fit_Bins_next|fit_pieceFits)$",
    "^system_libaos_slot_allocator_noteTaken$",
  ].join("|"),
);

/** Functions that every allocation runs. */
const WHOLE = new RegExp(
  [
    "^system_libmm_(alloc_(mmAllocAligned|mmAllocObject|take)|index_indexInsert|slot_prealloc_slotAllocPrealloc)$",
    "^system_libmm_policy_(policy_(policyFind|policyRemove)|segregated_fit_binsRemove)$",
    "^system_libaos_(capabilities_capRetype|slot_allocator_slotAllocatorAlloc|capref_capref)$",
  ].join("|"),
);

const PLACES = { WASM_DATA_BASE: PROGRAM_BASE, PROGRAM_TEXT, PROGRAM_STATE, USER_STACK, USER_STACK_BYTES };

function linkProgram(objects: string[], outputs: ProgramFiles): void {
  const flags = linkerSymbols(PLACES);
  link(objects, outputs.debug, "machines/native/program/program.ld", flags);
  link(objects, outputs.module, "machines/native/program/program.ld", [...flags, "--strip-all"]);
}

function functionsText(functions: readonly DeclaredFunction[]): string {
  return JSON.stringify(functions.map(({ file, name, from, to }) => ({ file, name, from, to })));
}

/** Builds a program in C without any library. Returns its sources. */
export function buildCProgram(entry: string, folder: string, outputs: ProgramFiles): string[] {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "constants.h"), headerText(programConstants()));
  writeFileSync(outputs.functions, "[]");
  linkProgram(compileAll([entry, "machines/native/program/start.S", ...RUNTIME], folder, ["-Os"]), outputs);
  return [entry];
}

/** Builds a program in AssemblyScript. Returns the sources that it was built from. */
export async function buildProgram(
  entry: string,
  name: string,
  folder: string,
  outputs: ProgramFiles,
): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const compiled = await compileFiles([entry, HEAP_BASE_ENTRY], WASM_FLAGS);
  const module = splitModule(compiled, PROGRAM_BASE);
  writeFileSync(join(folder, "constants.h"), headerText(programConstants()));
  const sources = [
    wasmToC(
      module,
      { name, prefix: "program_", small: SMALL, rare: RARE, inlined: INLINED, whole: WHOLE, headers: ["syscall.h"] },
      folder,
    ),
    dataSource(module, PROGRAM_BASE, join(folder, `${name}-data.bin`)),
    "machines/native/program/start.S",
    ...RUNTIME,
  ];
  writeFileSync(outputs.functions, functionsText(compiled.functions));
  linkProgram(compileAll(sources, folder, SIZE_FLAGS), outputs);
  return compiled.inputs;
}
