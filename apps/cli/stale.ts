/**
 * Notices that dist/ was built from other sources than the checkout holds now. Compares hashes with the build's records,
 * which takes some ten milliseconds. A package without the sources is never out of date.
 */
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { counted } from "../../observe/text/quantities";
import { changesSince } from "../../tools/build/incremental";
import { output } from "./output";

/** Set while a tool builds only a part of dist/ on purpose. */
const ACCEPTED = "TYPEFISH_ACCEPT_STALE";

/** The parts of the build that every command uses. */
const COMMON_PARTS = ["mmu", "mmu-access", "cpudriver", "init", "cli"];
/** Those that a command uses in addition, by its name. */
const FURTHER_PARTS: Readonly<Record<string, readonly string[]>> = {
  record: ["recorder"],
  web: ["recorder", "web"],
  lab: ["lab-worker", "recorder", "reading"],
  grade: ["lab-worker"],
};

/** The parts of the build that a command uses. */
export function partsOf({ name, libmm }: { name: string; libmm?: string }): readonly string[] {
  return [...COMMON_PARTS, ...(FURTHER_PARTS[name] ?? []), ...(libmm === "stub" ? ["stub"] : [])];
}

/** The checkout whose dist/ holds this command; null if there is none. */
export function checkoutOfDist(): string | null {
  const folder = dirname(fileURLToPath(import.meta.url));
  const root = dirname(folder);
  return basename(folder) === "dist" && existsSync(join(root, "tools/build.ts")) ? root : null;
}

/** Files of these parts that have changed since the build. */
function changedFiles(parts: readonly string[]): string[] {
  const root = checkoutOfDist();
  if (root === null || process.env[ACCEPTED] !== undefined) return [];
  const hashes = new Map<string, string>();
  return [...new Set(parts.flatMap((part) => changesSince(part, root, hashes)))];
}

/** Writes one line to standard error if parts of the build are out of date. `build` is the command that makes them. */
export function warnIfStale(parts: readonly string[], build = "npm run build"): void {
  const [first, ...others] = changedFiles(parts);
  if (first === undefined) return;
  const files = others.length === 0 ? `${first} has` : `${first} and ${counted(others.length, "more file")} have`;
  output.complaint(`this is an old build, because ${files} changed since: run ${build}`);
}
