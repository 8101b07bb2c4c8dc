/** Compiles C and assembly to machine code for the Cortex-A9. */
import { basename, join } from "node:path";
import { runTool } from "../../../machines/native/toolchain";

/** Without the floating-point unit: this code uses no fractions, and the kernel does not save the unit's registers. */
const TARGET_FLAGS = ["--target=armv7a-none-eabi", "-mcpu=cortex-a9", "-mfloat-abi=soft", "-mfpu=none"];

/** The version of the debug information that machines/native/source-lines.ts reads. */
const DEBUG_FLAG = "-gdwarf-4";

const C_FLAGS = [
  ...[
    "-std=c17",
    "-mthumb",
    "-ffreestanding",
    "-fno-common",
    "-fomit-frame-pointer",
    "-fno-strict-aliasing",
    DEBUG_FLAG,
  ],
  // Places the globals of a module side by side, so that one base register reaches them all.
  ...["-mglobal-merge"],
  ...["-ffunction-sections", "-Wall", "-Wextra", "-Werror", "-Wno-unused", "-Wno-unused-parameter"],
  // SCTLR.A is set, so a misaligned access faults as on the hosted machine. The compiler must not generate any.
  "-mno-unaligned-access",
];

/** Functions that a C compiler expects to exist. */
export const RUNTIME = ["memory.c", "memset.S", "division.c", "division.S"].map((file) =>
  join("machines/native/wasm", file),
);

function compile(source: string, object: string, flags: string[]): void {
  const language = source.endsWith(".S") ? [DEBUG_FLAG] : C_FLAGS;
  runTool("clang", [...TARGET_FLAGS, ...language, ...flags, "-c", source, "-o", object]);
}

/** Compiles or assembles files into objects in `folder`, which also holds the generated headers. */
export function compileAll(sources: string[], folder: string, flags: string[]): string[] {
  const includes = [`-I${folder}`, ...["wasm", "kernel", "program"].map((name) => `-Imachines/native/${name}`)];
  return sources.map((source) => {
    const object = join(folder, `${basename(source)}.o`);
    compile(source, object, [...flags, ...includes]);
    return object;
  });
}

export function link(objects: string[], output: string, script: string, flags: string[]): void {
  const layout = ["-m", "armelf", "--gc-sections", "-z", "max-page-size=4096", "-T", script];
  runTool("lld", [...layout, ...flags, ...objects, "-o", output]);
}
