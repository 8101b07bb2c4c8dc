/**
 * A file of grades, one JSON object a line, written as soon as each grade is known. So an interrupted run continues
 * where it stopped, and the parts of a campaign can be merged.
 *
 *     {"version":1,"key":"...","grade":{...}}
 *
 * The key is a hash of everything that decides the grade: the submission's files, points, scenarios, our own sources.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Grade } from "../grade/grade";
import type { Points } from "../grade/points";
import { collectSubmission } from "./collect";
import { packageRoot } from "./package-root";

interface Entry {
  version: 1;
  key: string;
  grade: Grade;
}

/** A file that cannot be read as results. The message says why. */
export class ResultsError extends Error {}

/** The entries of a file; empty if there is no file. A last line without an end is left out: its run was interrupted. */
export function readResults(file: string): Entry[] {
  if (!existsSync(file)) throw new ResultsError(`there is no file ${file}`);
  const lines = readFileSync(file, "utf8").split("\n");
  lines.pop();
  return lines.map((line, index) => {
    try {
      const entry = JSON.parse(line) as Entry;
      if (entry.version === 1 && typeof entry.key === "string" && Array.isArray(entry.grade?.scenarios)) return entry;
    } catch {
      // The message below is for both cases.
    }
    throw new ResultsError(`${file}:${index + 1} is not a grade: the file was not written by typefish grade --results`);
  });
}

export class ResultsFile {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly file: string) {
    if (!existsSync(file)) return;
    for (const entry of readResults(file)) this.entries.set(entry.grade.name, entry);
    const text = readFileSync(file, "utf8");
    // Ends the line that an interrupted run left unfinished.
    if (text !== "" && !text.endsWith("\n"))
      throw new ResultsError(`${file} ends in the middle of a line: remove that line`);
  }

  known(name: string, key: string): Grade | undefined {
    const entry = this.entries.get(name);
    return entry?.key === key ? entry.grade : undefined;
  }

  add(key: string, grade: Grade): void {
    appendFileSync(this.file, `${JSON.stringify({ version: 1, key, grade } satisfies Entry)}\n`);
  }
}

let ownHash: string | undefined;

/** A hash of the sources that every submission is built with, and of the grader that is built. */
function hashOfOwnSources(): string {
  if (ownHash !== undefined) return ownHash;
  const root = packageRoot();
  const hash = createHash("sha256");
  const files = ["system", "lab/program"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => join(folder, path)),
  );
  for (const file of [...files.sort(), "dist/lab-worker.js", "dist/cpudriver.wasm"]) {
    hash.update(`\n${file}\n`);
    if (existsSync(join(root, file))) hash.update(readFileSync(join(root, file)));
  }
  ownHash = hash.digest("hex");
  return ownHash;
}

/** The key of a submission's grade. */
export function resultKey(folder: string, points: Points, scenarios: readonly string[]): string {
  const { files, problems } = collectSubmission(folder);
  const parts = [hashOfOwnSources(), JSON.stringify(points), scenarios.join(), ...problems];
  for (const [path, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) parts.push(path, text);
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
