/** Native builds need the sources: where is the checkout that this code belongs to? */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What only the folder of the project itself has. */
const LANDMARK = "native/kernel/kernel.ld";

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
