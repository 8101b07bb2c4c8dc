/** What `npm run build` made, or a clear word if it is not there. */
import { existsSync } from "node:fs";
import { type BuiltFiles, builtFile, loadImages, loadSystemImages } from "../machine/node/load-images";
import { UsageError } from "./usage-error";

function orExplain<T>(load: () => T): T {
  try {
    return load();
  } catch {
    throw new UsageError("the built files are missing: run npm run build");
  }
}

/** What `npm run build` makes only if it is asked to. Throws a UsageError that says how, if one is missing. */
export function requireBuilt(names: readonly string[], command: string): void {
  const isMissing = (name: string) => !existsSync(orExplain(() => builtFile(name)));
  if (names.some(isMissing)) throw new UsageError(`this command needs files that are not built yet: run ${command}`);
}

/** The machine, the CPU driver, and init. */
export function builtFiles(): BuiltFiles {
  return orExplain(() => loadImages());
}

/** The machine and the CPU driver. */
export function builtSystem(): ReturnType<typeof loadSystemImages> {
  return orExplain(() => loadSystemImages());
}
