/** Makes a boot image on disk: builds the parts that are out of date, packs them and writes the file. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BootModule, MapRegion } from "../boot-loader";
import type { NativeBoard } from "./boards";
import { loadKernel, loadProgram } from "./built";
import { checkoutFolder } from "./checkout";
import { type FlatImage, imageElf, packImage } from "./image";
import { requireTools } from "./toolchain";

export interface ImageRequest {
  native: NativeBoard;
  /** Program of the first module, and the module's string, for example `SCENARIO=T0* init`. */
  program: string;
  moduleString: string;
  /** Command line of the CPU driver. If absent, the board's command line. */
  commandLine?: string;
  /** The memory map that the loader reports. If absent, the board's devices and DRAM. */
  memoryMap?: readonly MapRegion[];
}

/**
 * Brings the machine code up to date in a separate process, because compilers are large. Its messages go to standard
 * error. Throws a MissingTools error without clang or lld.
 */
export function buildNative(native: NativeBoard, program: string): void {
  requireTools("clang", "lld");
  const args = ["native", "--board", native.name, "--program", program, "--quiet"];
  const build = spawnSync(process.execPath, ["tools/run.mjs", ...args], {
    cwd: checkoutFolder(),
    stdio: ["ignore", process.stderr.fd, "inherit"],
  });
  if (build.status !== 0) throw new Error(`the native build of ${program} for ${native.name} failed`);
}

/** Packs the image in memory from the files of the last build. */
export function packedImage({ native, program, moduleString, commandLine, memoryMap }: ImageRequest): FlatImage {
  const modules: BootModule[] = [{ string: moduleString, elf: loadProgram(program) }];
  return packImage(native, loadKernel(native), modules, commandLine, memoryMap);
}

/** Writes the image as an ELF file and returns its path. */
export function writeImage(request: ImageRequest, path = defaultPath(request)): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, imageElf(packedImage(request)));
  return path;
}

function defaultPath({ native, program }: ImageRequest): string {
  return join(checkoutFolder(), `build/native/${native.name}/${program}.image.elf`);
}
