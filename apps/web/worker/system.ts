/** Fetches the system's modules. */
import type { RecordedImages } from "../../../machines/hosted/recording/recording";
import { Refusal } from "../requests/serve";

/** What a run needs. */
export interface SystemFiles {
  images: RecordedImages;
  /** The image with init's data. */
  initElf: Uint8Array;
}

async function fetched(folder: string, name: string): Promise<Response> {
  const response = await fetch(new URL(name, folder)).catch(() => null);
  if (response?.ok) return response;
  throw new Refusal(`The file system/${name} cannot be loaded. Serve the whole folder dist/web, and reload the page.`);
}

/** `folder` is the URL of the folder with the modules. It ends with a slash. */
export async function fetchSystem(folder: string): Promise<SystemFiles> {
  const bytes = async (name: string) => new Uint8Array(await (await fetched(folder, name)).arrayBuffer());
  const text = async (name: string) => (await fetched(folder, name)).text();
  const [mmu, mmuAccess, cpudriver, recorder, init, initElf, positions] = await Promise.all([
    bytes("mmu.wasm"),
    bytes("mmu-access.wasm"),
    bytes("cpudriver.wasm"),
    bytes("recorder.wasm"),
    bytes("init.wasm"),
    bytes("init.elf"),
    text("init.wasm.map"),
  ]);
  return { images: { mmu, mmuAccess, cpudriver, recorder, init, positions }, initElf };
}
