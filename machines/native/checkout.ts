/** Finds the checkout that this code belongs to, because native builds need the sources. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A file that exists only in the project's own folder. */
const LANDMARK = "machines/native/kernel/kernel.ld";

/** Throws if this is a published package, which has no sources. */
export function checkoutFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, LANDMARK))) {
    const parent = dirname(folder);
    if (parent === folder) throw new NoCheckout();
    folder = parent;
  }
  return folder;
}

export class NoCheckout extends Error {
  constructor() {
    super(
      "native builds need the sources, which this installation does not contain: clone the repository and run it there",
    );
  }
}
