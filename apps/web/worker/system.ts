/** Fetches the system's modules. */
import type { SystemFiles } from "../../../api/create-machine";
import { Refusal } from "./refusal";

async function fetched(folder: string, name: string): Promise<Response> {
  const response = await fetch(new URL(name, folder)).catch(() => null);
  if (response?.ok) return response;
  throw new Refusal(`The file system/${name} cannot be loaded. Serve the whole folder dist/web, and reload the page.`);
}

/** `folder` is the URL of the folder with the modules. It ends with a slash. */
export async function fetchSystem(folder: string): Promise<SystemFiles> {
  const bytes = async (name: string) => new Uint8Array(await (await fetched(folder, name)).arrayBuffer());
  const [mmu, mmuAccess, cpudriver, init, initElf] = (await Promise.all(
    ["mmu.wasm", "mmu-access.wasm", "cpudriver.wasm", "init.wasm", "init.elf"].map(bytes),
  )) as [
    Uint8Array<ArrayBuffer>,
    Uint8Array<ArrayBuffer>,
    Uint8Array<ArrayBuffer>,
    Uint8Array<ArrayBuffer>,
    Uint8Array<ArrayBuffer>,
  ];
  const positions = await (await fetched(folder, "init.wasm.map")).text();
  return { images: { mmu, mmuAccess, cpudriver, init, positions }, initElf };
}
