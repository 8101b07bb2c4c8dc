/** Chooses the order of test files: the most relevant for a source first, slow ones last. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** A test file that takes more seconds than this runs alone, after the others. */
const SLOW_SECONDS = 4;

/** Test files below the given folders and files. */
export function testFiles(readers: readonly string[]): string[] {
  const files = readers.flatMap((path) => {
    if (!existsSync(path)) throw new Error(`${path}: no such test`);
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => join(path, name));
  });
  return [...new Set(files)].sort();
}

/** Distance between a test file and a source. 0 means that the test mirrors the source's path. */
export function distance(source: string, test: string): number {
  const mirror = `tests/${source.replace(/\.ts$/, ".test.ts")}`;
  if (test === mirror) return 0;
  if (test.startsWith(`${dirname(mirror)}/`)) return 1;
  const top = mirror.split("/").slice(0, 3).join("/");
  return test.startsWith(`${top}/`) ? 2 : 3;
}

/** Groups test files; each group is one run. `seconds` gives the time of each file without a mutant. */
export function testGroups(
  source: string,
  tests: readonly string[],
  seconds: Readonly<Record<string, number>>,
): string[][] {
  const cost = (test: string) => seconds[test] ?? 0;
  const isSlow = (test: string) => cost(test) > SLOW_SECONDS;
  const byDistance = [...tests].sort((a, b) => distance(source, a) - distance(source, b) || cost(a) - cost(b));
  const quick = byDistance.filter((test) => !isSlow(test));
  const near = quick.filter((test) => distance(source, test) < 2);
  const middle = quick.filter((test) => distance(source, test) === 2);
  const far = quick.filter((test) => distance(source, test) === 3);
  const slow = byDistance.filter(isSlow).map((test) => [test]);
  return [near, middle, far, ...slow].filter((group) => group.length > 0);
}
