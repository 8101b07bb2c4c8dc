/**
 * Merges the reports of the parts of one campaign, as `--json` printed them. All parts must be there, each once, with the
 * same test, build, seed and number of operations.
 */
import { readFileSync } from "node:fs";
import { describeSystemError, isSystemError } from "../../observe/text/system-errors";
import type { PathReport } from "./path-count";

/** The fields of a part's report that matter here. */
interface PartReport {
  /** The test that ran, and what it ran on. */
  test: string;
  build: string;
  seed: number;
  /** Operations of the whole campaign, and of this part. */
  ops: number;
  operations: number;
  shard: string;
  /** The sequence that shows it is a script or the words of system calls. */
  failure: { what: string[]; script?: string[]; words?: number[][] } | null;
  paths: PathReport["paths"];
}

export interface Merged {
  seed: number;
  parts: number;
  operations: number;
  /** Parts with a failure, each with its first line and the shortest sequence that shows it. */
  failures: { shard: string; what: string; script: readonly string[] }[];
  paths: PathReport["paths"];
  missing: readonly string[];
  ok: boolean;
}

/** Parts that do not make a campaign. The message says why. */
export class MergeError extends Error {}

function readPart(file: string): PartReport {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new MergeError(isSystemError(error) ? describeSystemError(error) : String(error));
  }
  try {
    const part = JSON.parse(text) as PartReport;
    const isReport =
      Number.isSafeInteger(part.operations) && Number.isSafeInteger(part.ops) && Array.isArray(part.paths);
    if (isReport && typeof part.shard === "string") return part;
  } catch {
    // The message below is for both cases.
  }
  throw new MergeError(`${file} is not the report of a part: write it with --shard i/n --json > FILE`);
}

function scriptOf({ script, words = [] }: NonNullable<PartReport["failure"]>): readonly string[] {
  return script ?? words.map(hexWords);
}

/** The words of a system call, as the reports show them. */
export function hexWords(words: readonly number[]): string {
  return words.map((word) => `0x${word.toString(16)}`).join(" ");
}

/** `test`: name of the test that the parts must have run. `enough`: number of operations from which on every path must have been taken. */
export function mergeReports(files: readonly string[], test: string, enough: number): Merged {
  const parts = files.map(readPart);
  const [first] = parts;
  if (!first) throw new MergeError("--merge needs the reports of all parts");
  const count = Number(first.shard.split("/")[1]);
  for (const [index, part] of parts.entries()) {
    if (part.test !== test)
      throw new MergeError(`${files[index]} is a report of another test: '${part.test}' instead of '${test}'`);
    if (part.seed !== first.seed || part.ops !== first.ops || Number(part.shard.split("/")[1]) !== count)
      throw new MergeError(
        `${files[index]} belongs to another campaign than ${files[0]}: seed, number of operations and n must be equal`,
      );
    if (part.build !== first.build)
      throw new MergeError(`${files[index]} comes from other sources or another build than ${files[0]}`);
  }
  for (let part = 1; part <= count; part++) {
    const found = parts.filter(({ shard }) => shard === `${part}/${count}`).length;
    if (found !== 1) throw new MergeError(`part ${part}/${count} is there ${found} times; it must be there once`);
  }
  const operations = parts.reduce((sum, part) => sum + part.operations, 0);
  const counts = new Map<string, number>();
  for (const { path, count: times } of parts.flatMap(({ paths }) => paths)) {
    counts.set(path, (counts.get(path) ?? 0) + times);
  }
  const paths = [...counts].map(([path, times]) => ({ path, count: times }));
  const never = paths.flatMap(({ path, count: times }) => (times === 0 ? [path] : []));
  const missing = operations >= enough ? never : [];
  const failures = parts.flatMap(({ shard, failure }) =>
    failure ? [{ shard, what: failure.what[0] ?? "a difference", script: scriptOf(failure) }] : [],
  );
  const ok = failures.length === 0 && missing.length === 0;
  return { seed: first.seed, parts: count, operations, failures, paths, missing, ok };
}
