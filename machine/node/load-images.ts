/** Reads what `npm run build` made. For Node only: the rest of machine/ runs in browsers as well. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { MachineImages } from "../machine";

export interface BuiltFiles {
  images: MachineImages;
  /** ELF image of init, for its boot module. */
  initElf: Uint8Array;
}

/** dist/, seen from the bundle that lies in it or from this source file. */
function distFolder(): URL {
  const candidates = [new URL("./", import.meta.url), new URL("../../dist/", import.meta.url)];
  const found = candidates.find((folder) => existsSync(new URL("cpudriver.wasm", folder)));
  if (!found) throw new Error("dist/ holds no built files: run `npm run build`");
  return found;
}

export function loadImages(): BuiltFiles {
  const folder = distFolder();
  const read = (name: string) => readFileSync(fileURLToPath(new URL(name, folder)));
  return {
    images: { mmu: read("mmu.wasm"), cpudriver: read("cpudriver.wasm"), init: read("init.wasm") },
    initElf: read("init.elf"),
  };
}
