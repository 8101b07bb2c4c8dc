/** Reads the solutions of this folder, and changes one of their files for a wrong solution. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isOwnPath } from "../../lab/submission";
import type { ManagerName } from "./managers";
import type { WrongSolution } from "./wrong-solutions";

const SOLUTIONS = "tests/lab/solutions";

function readFolder(folder: string): [path: string, text: string][] {
  const root = join(SOLUTIONS, folder);
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => isOwnPath(path) && path.endsWith(".ts"))
    .map((path) => [path, readFileSync(join(root, path), "utf8")]);
}

/**
 * Reads a whole submission: one of the managers, and everything else from `common`. The files of `variants`, other
 * folders, replace those of the same path.
 */
export function readSolution(manager: ManagerName, ...variants: string[]): Map<string, string> {
  return new Map(["common", manager, ...variants].flatMap(readFolder));
}

/** Reads a wrong solution: a correct one with its change made. The text to replace must occur once. */
export function readWrongSolution({ name, base, file, replace, by }: WrongSolution): Map<string, string> {
  const files = readSolution(base);
  const text = files.get(file);
  if (text === undefined) throw new Error(`"${name}": ${base} has no file ${file}`);
  const parts = text.split(replace);
  if (parts.length !== 2) throw new Error(`"${name}": the text occurs ${parts.length - 1} times in ${file}`);
  return files.set(file, parts.join(by));
}
