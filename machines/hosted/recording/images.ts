/** The images of a machine that is recorded: rewritten so that they report what they change, and compiled. */
import { type RecordedModule, recordModule, type SavedGlobal } from "../../../compile/record";
import { compileImage } from "../core";
import type { MachineImages } from "../machine";

/** The images of a machine as bytes, because recording rewrites them, and dist/recorder.wasm. */
export interface RecordedImages extends Record<keyof Omit<MachineImages, "positions">, BufferSource> {
  /** dist/recorder.wasm */
  recorder: BufferSource | WebAssembly.Module;
  /** dist/init.wasm.map. Without it, results and stacks name no lines of source. */
  positions?: string;
}

export interface PreparedImages {
  images: MachineImages;
  recorder: WebAssembly.Module;
  /** The offset in `images.init` of what is at an offset of the program before it was rewritten. */
  moved(offset: number): number;
  /** Where the recorded machine keeps the globals of the CPU driver's module. */
  globals: readonly SavedGlobal[];
}

/** Preparing takes longer than a short run, and a host may record the same images again and again. */
const prepared = new WeakMap<RecordedImages, PreparedImages>();

export function bytesOf(source: BufferSource): Uint8Array<ArrayBuffer> {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

/** Rewrites and compiles images. Keeps the result for as long as the caller keeps `images`. */
export function prepareImages(images: RecordedImages): PreparedImages {
  const known = prepared.get(images);
  if (known) return known;
  const cpudriver = recordModule(bytesOf(images.cpudriver), { savesGlobals: true });
  const init = recordModule(bytesOf(images.init));
  const made: PreparedImages = {
    images: {
      mmu: compiled(recordModule(bytesOf(images.mmu))),
      mmuAccess: compiled(recordModule(bytesOf(images.mmuAccess))),
      cpudriver: compiled(cpudriver),
      init: compiled(init),
      positions: images.positions,
    },
    recorder: compileImage(images.recorder),
    moved: init.moved,
    globals: cpudriver.globals,
  };
  prepared.set(images, made);
  return made;
}

function compiled({ wasm }: RecordedModule): WebAssembly.Module {
  return new WebAssembly.Module(wasm);
}
