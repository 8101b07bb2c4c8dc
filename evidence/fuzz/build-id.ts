/** Identifies what a test ran: a hash of the sources and of the built modules. Parts of one campaign must have the same. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { builtFile } from "../../machines/hosted/node/load-images";

/** Folders whose sources are compiled when a test starts, or are bundled into it. */
const SOURCES = ["system", "machines/hosted", "machines/calls", "observe", "evidence"];
const BUILT = ["cpudriver.wasm", "mmu.wasm", "mmu-access.wasm", "fuzz.js"];

export function buildId(): string {
  const built = BUILT.map(builtFile);
  const root = dirname(dirname(built[0] as string));
  const sources = SOURCES.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => join(root, folder, path))
      .sort(),
  );
  const hash = createHash("sha256");
  for (const path of [...sources, ...built]) {
    if (existsSync(path)) hash.update(`\n${path.slice(root.length)}\n`).update(readFileSync(path));
  }
  return hash.digest("hex").slice(0, 16);
}
