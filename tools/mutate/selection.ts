/** Lists the mutants, and selects those that a run tries. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../../evidence/model/random";
import type { Shard } from "../../observe/text/shard";
import { findMutants, type Mutant } from "./places";

/** Folders that are mutated, because tests check their behaviour. */
const FOLDERS = [
  ...[
    "system/cpudriver/cap",
    "system/cpudriver/mdb",
    "system/cpudriver/paging",
    "system/cpudriver/invocation",
    "system/cpudriver/startup",
  ],
  ...["system/libaos", "system/libmm"],
];

/** Files that only produce text for people. */
const TEXT_ONLY = ["system/libaos/debug.ts", "system/libmm/dump.ts"];

/** The folder in `FOLDERS` that contains a path or a mutant's id. */
export function folderOf(path: string): string {
  return FOLDERS.find((folder) => path.startsWith(`${folder}/`)) ?? path;
}

/** All mutants of the tree at `root`, in an order that does not depend on the file system. */
export function allMutants(root: string): Mutant[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((name) => join(folder, name))
      .filter((path) => path.endsWith(".ts") && !TEXT_ONLY.includes(path))
      .sort(),
  ).flatMap((path) => findMutants(path, readFileSync(join(root, path), "utf8")));
}

/** Chooses `count` of the mutants at random, all with equal probability. */
export function chooseMutants(mutants: readonly Mutant[], count: number, seed: number): Mutant[] {
  const random = new Random(seed);
  const left = [...mutants];
  return Array.from({ length: Math.min(count, left.length) }, () => {
    const at = random.below(left.length);
    const chosen = left[at] as Mutant;
    left[at] = left[left.length - 1] as Mutant;
    left.pop();
    return chosen;
  });
}

/** Returns one shard. All shards together are the whole, and no two overlap. */
export function shardOf<T>(items: readonly T[], { index, count }: Shard): T[] {
  return items.filter((_, at) => at % count === index);
}
