/**
 * Merges the reports of the parts of one campaign, as `--json` printed them. All parts must be there, each once, with the
 * same seed and number of operations.
 */
import { readFileSync } from "node:fs";
import { describeSystemError, isSystemError } from "../../observe/text/system-errors";
import type { PathReport } from "./path-count";

/** The fields of a part's report that matter here. */
interface PartReport {
  seed: number;
  /** Operations of the whole campaign, and of this part. */
  ops: number;
  operations: number;
  shard: string;
  failure: { what: string[] } | null;
  paths: PathReport["paths"];
}

export interface Merged {
  seed: number;
  parts: number;
  operations: number;
  /** Parts with a failure, each with its first line. */
  failures: { shard: string; what: string }[];
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

/** `enough`: number of operations from which on every path must have been taken. */
export function mergeReports(files: readonly string[], enough: number): Merged {
  const parts = files.map(readPart);
  const [first] = parts;
  if (!first) throw new MergeError("--merge needs the reports of all parts");
  const count = Number(first.shard.split("/")[1]);
  for (const [index, { seed, ops, shard }] of parts.entries()) {
    if (seed !== first.seed || ops !== first.ops || Number(shard.split("/")[1]) !== count)
      throw new MergeError(
        `${files[index]} belongs to another campaign than ${files[0]}: seed, --ops and n must be equal`,
      );
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
    failure ? [{ shard, what: failure.what[0] ?? "a difference" }] : [],
  );
  const ok = failures.length === 0 && missing.length === 0;
  return { seed: first.seed, parts: count, operations, failures, paths, missing, ok };
}
