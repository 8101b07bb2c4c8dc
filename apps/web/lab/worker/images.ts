/** The files beside the page that the worker reads. */
import { compileImage } from "../../../../machines/hosted/core";
import type { DirectImages } from "../../../../machines/hosted/direct/direct-machine";
import { Refusal } from "../../requests/serve";
import { english } from "../english";

/** Fetches a file. `base` is the URL of the page's folder. */
export async function fetched(base: string, name: string): Promise<Response> {
  const response = await fetch(new URL(name, base)).catch(() => null);
  if (response?.ok) return response;
  throw new Refusal(english.missingFile(name));
}

let images: Promise<DirectImages> | undefined;

async function fetchImages(base: string): Promise<DirectImages> {
  const compiled = async (name: string) => compileImage(await (await fetched(base, `system/${name}`)).arrayBuffer());
  const [mmu, mmuAccess, cpudriver] = await Promise.all([
    compiled("mmu.wasm"),
    compiled("mmu-access.wasm"),
    compiled("cpudriver.wasm"),
  ]);
  return { mmu, mmuAccess, cpudriver };
}

/** The modules of the system, which are fetched once. */
export function systemImages(base: string): Promise<DirectImages> {
  images ??= fetchImages(base).catch((error: unknown) => {
    images = undefined; // The next request tries again.
    throw error;
  });
  return images;
}
