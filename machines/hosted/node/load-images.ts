/** Loads the files that `npm run build` makes. For Node only: the rest of machines/hosted/ also runs in browsers. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compileImage } from "../core";
import type { DirectImages } from "../direct/direct-machine";
import type { MachineImages } from "../machine";
import type { RecordedImages } from "../recording/images";

export interface BuiltFiles {
  images: MachineImages;
  /** ELF image of the program for its boot module. */
  initElf: Uint8Array;
}

/** Thrown if dist/ has no built files. */
export class MissingBuild extends Error {}

/** Finds dist/ from a bundle in it or in dist/api/, or from this source file. */
function distFolder(): URL {
  const candidates = ["./", "../", "../../../dist/"].map((folder) => new URL(folder, import.meta.url));
  const found = candidates.find((folder) => existsSync(new URL("cpudriver.wasm", folder)));
  if (!found) throw new MissingBuild("dist/ holds no built files: run `npm run build`");
  return found;
}

/** Path of a file that the build made. */
export function builtFile(name: string): string {
  return fileURLToPath(new URL(name, distFolder()));
}

function readBuilt(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(builtFile(name)));
}

/** The MMU and the CPU driver, for hosts that make the system calls themselves. */
export function loadSystemImages(): DirectImages {
  return {
    mmu: readBuilt("mmu.wasm"),
    mmuAccess: readBuilt("mmu-access.wasm"),
    cpudriver: readBuilt("cpudriver.wasm"),
  };
}

/** The same, compiled, for hosts that start many machines. */
export function compileSystemImages(): DirectImages {
  const { mmu, mmuAccess, cpudriver } = loadSystemImages();
  return { mmu: compileImage(mmu), mmuAccess: compileImage(mmuAccess), cpudriver: compileImage(cpudriver) };
}

/** What `Recording.record` needs: the images as bytes, and the recorder. */
export interface RecordableFiles {
  images: RecordedImages;
  initElf: Uint8Array;
}

/** `loadImages` for recordings. */
export function loadRecordableImages(program = "init"): RecordableFiles {
  const map = builtFile(`${program}.wasm.map`);
  const images: RecordedImages = {
    mmu: readBuilt("mmu.wasm"),
    mmuAccess: readBuilt("mmu-access.wasm"),
    cpudriver: readBuilt("cpudriver.wasm"),
    init: readBuilt(`${program}.wasm`),
    recorder: readRecorder(),
    ...(existsSync(map) ? { positions: readFileSync(map, "utf8") } : {}),
  };
  return { images, initElf: readBuilt(`${program}.elf`) };
}

/** The recorder of this build, which `Recording.open` needs. */
export function readRecorder(): Uint8Array<ArrayBuffer> {
  return readBuilt("recorder.wasm");
}

/** `loadSystemImages` with a program: init, or another one from the build. Its table of positions may be missing. */
export function loadImages(program = "init"): BuiltFiles {
  const map = builtFile(`${program}.wasm.map`);
  return {
    images: {
      ...loadSystemImages(),
      init: readBuilt(`${program}.wasm`),
      positions: existsSync(map) ? readFileSync(map, "utf8") : undefined,
    },
    initElf: readBuilt(`${program}.elf`),
  };
}
