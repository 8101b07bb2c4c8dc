/** What `npm run build` made, or a clear word if it is not there. */
import { type BuiltFiles, loadImages, loadSystemImages } from "../machine/node/load-images";
import { UsageError } from "./usage-error";

function orExplain<T>(load: () => T): T {
  try {
    return load();
  } catch {
    throw new UsageError("the files that the build makes are missing: run npm run build");
  }
}

/** The machine, the CPU driver, and init. */
export function builtFiles(): BuiltFiles {
  return orExplain(() => loadImages());
}

/** The machine and the CPU driver. */
export function builtSystem(): ReturnType<typeof loadSystemImages> {
  return orExplain(() => loadSystemImages());
}
