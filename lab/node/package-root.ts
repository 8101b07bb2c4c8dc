/** Finds the folder of this project or package: the sources that a submission is compiled with are below it. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { INIT_ENTRY } from "../submission";

/** The folder, from the source file here or from a bundle in dist/. */
export function packageRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, INIT_ENTRY))) return folder;
    if (folder === dirname(folder)) throw new Error(`the package is incomplete: it has no ${INIT_ENTRY}`);
  }
}

/** Reads one of our own sources by its path below the folder; null if there is none or the path leads out of it. */
export function readOwnSource(path: string): string | null {
  if (!/^(system|lab)\/[\w./-]+\.ts$/.test(path) || path.split("/").includes("..")) return null;
  const file = join(packageRoot(), path);
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}
