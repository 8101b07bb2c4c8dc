/**
 * `npm run check`: checks the sources without running them. All steps run, even if one fails. With `--write`, first
 * writes the documents that are made from the sources.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { findAllocations } from "./check/allocation";
import { checkDocuments } from "./check/docs";
import { checkGenerated, writeGenerated } from "./check/generated";
import { tidy } from "./check/tidy";

interface Step {
  name: string;
  /** Returns the problems found; empty if there are none. */
  run(): string | Promise<string>;
}

/** Runs the program of a package. If it fails, its output is the description of the problem. */
function tool(name: string, ...args: string[]): () => string {
  return () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [`node_modules/${name}`, ...args], {
      encoding: "utf8",
    });
    return status === 0 ? "" : `${stdout}${stderr}`.trim() || `${name} failed`;
  };
}

const steps: Step[] = [
  { name: "types of the code for AssemblyScript", run: tool("typescript/bin/tsc", "-p", "tsconfig.wasm.json") },
  { name: "types of the code for Node.js", run: tool("typescript/bin/tsc", "-p", "tsconfig.json") },
  { name: "lint and format", run: tool("@biomejs/biome/bin/biome", "check", "--error-on-warnings") },
  { name: "layers, raw memory, leftovers", run: () => tidy().join("\n") },
  { name: "documents", run: () => [...checkGenerated(), ...checkDocuments()].join("\n") },
  { name: "dead code", run: tool("knip/bin/knip.js", "--no-progress") },
  { name: "no managed allocation", run: async () => (await findAllocations(existsSync)).join("\n") },
];

if (process.argv.includes("--write")) writeGenerated();
for (const { name, run } of steps) {
  const start = performance.now();
  const wrong = await run();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${wrong === "" ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (wrong === "") continue;
  console.log(wrong.replace(/^/gm, "       "));
  process.exitCode = 1;
}
