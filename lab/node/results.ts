/**
 * A file of grades, one JSON object a line, written as soon as each grade is known. So an interrupted run continues
 * where it stopped, and the parts of a campaign can be merged.
 *
 *     {"version":2,"key":"...","place":{"index":0,"count":200},"grade":{...}}
 *
 * The key is a hash of everything that decides the grade: the submission's files, points, scenarios, our own sources.
 * The place is that of the submission among all folders of the command line, so that a merge notices missing ones. If
 * a file has several lines for one submission or one place, the last one counts.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import type { Grade } from "../grade/grade";
import type { Points } from "../grade/points";
import { collectSubmission } from "./collect";
import { packageRoot } from "./package-root";

/** Which submission it is of all submissions of the campaign: `index` counts from 0. */
export interface Place {
  readonly index: number;
  readonly count: number;
}

interface Entry {
  version: 2;
  key: string;
  place: Place;
  grade: Grade;
}

/** How each line begins. */
const BEGINNING = '{"version":';

/** A file that cannot be read as results, or files that do not make a campaign. The message says why. */
export class ResultsError extends Error {}

/** The entries of a file. A last line without an end is left out: its run was interrupted. */
function readEntries(file: string): Entry[] {
  if (!existsSync(file)) throw new ResultsError(`there is no file ${file}`);
  const lines = readFileSync(file, "utf8").split("\n");
  lines.pop();
  return lines.map((line, index) => {
    try {
      const entry = JSON.parse(line) as Entry;
      const { version, key, place, grade } = entry;
      const isEntry = version === 2 && typeof key === "string" && Array.isArray(grade?.scenarios);
      if (isEntry && Number.isSafeInteger(place?.index) && Number.isSafeInteger(place.count)) return entry;
    } catch {
      // The message below is for both cases.
    }
    throw new ResultsError(
      `${file}:${index + 1} is not a grade: the file was not written by this version of typefish grade --results`,
    );
  });
}

/**
 * The entries that count: the last one for each submission and each place. Entries from before the class got another
 * size, or from before another submission took their place, do not count.
 */
function currentEntries(file: string): Entry[] {
  const entries = readEntries(file).reverse();
  const names = new Set<string>();
  const places = new Set<number>();
  return entries.filter(({ place, grade }) => {
    if (place.count !== entries[0]?.place.count || names.has(grade.name) || places.has(place.index)) return false;
    names.add(grade.name);
    places.add(place.index);
    return true;
  });
}

/**
 * Merges the files of all parts of a campaign. Returns the grades in the order of the folders on the command line.
 * Throws a ResultsError if a submission is missing, or if it has two different grades.
 */
export function mergeResults(files: readonly string[]): Grade[] {
  const found = new Map<string, { file: string; entry: Entry }>();
  const byPlace = new Map<number, Entry>();
  let first: { file: string; count: number } | undefined;
  for (const [file, entry] of files.flatMap((path) => currentEntries(path).map((each) => [path, each] as const))) {
    const { place, key, grade } = entry;
    first ??= { file, count: place.count };
    if (place.count !== first.count) {
      throw new ResultsError(
        `${first.file} is from a class of ${first.count} submissions, ${file} from one of ${place.count}`,
      );
    }
    const other = found.get(grade.name);
    if (other && (other.entry.key !== key || other.entry.place.index !== place.index)) {
      throw new ResultsError(
        `${grade.name} has two different grades, in ${other.file} and ${file}: grade it again, or leave one file out`,
      );
    }
    found.set(grade.name, { file, entry });
    const neighbour = byPlace.get(place.index);
    if (neighbour && neighbour.grade.name !== grade.name) {
      throw new ResultsError(
        `${neighbour.grade.name} and ${grade.name} are both submission ${place.index + 1} of ${place.count}: the parts had ` +
          "different folders, or the folders in another order",
      );
    }
    byPlace.set(place.index, entry);
  }
  const count = first?.count ?? 0;
  if (count === 0) throw new ResultsError(`there is no grade in ${files.join(", ")}`);
  const missing = Array.from({ length: count }, (_, index) => index).filter((index) => !byPlace.has(index));
  if (missing.length > 0) {
    const numbers = missing.slice(0, MOST_NAMED).map((index) => index + 1);
    const more = missing.length > MOST_NAMED ? ` and ${missing.length - MOST_NAMED} more` : "";
    throw new ResultsError(
      `${missing.length} of ${count} submissions are missing (number ${numbers.join(", ")}${more}): ` +
        "a part is missing, or it was interrupted; run it again with the same --results",
    );
  }
  return [...byPlace].sort(([a], [b]) => a - b).map(([, { grade }]) => grade);
}

/** Most missing submissions that a message names. */
const MOST_NAMED = 5;

export class ResultsFile {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly file: string) {
    // The file of a part without submissions exists as well, so that it can be merged.
    if (!existsSync(file)) appendFileSync(file, "");
    for (const entry of readEntries(file)) this.entries.set(entry.grade.name, entry);
    this.cutUnfinishedLine();
  }

  /** Removes the line that an interrupted run left unfinished. */
  private cutUnfinishedLine(): void {
    const bytes = readFileSync(this.file);
    const end = bytes.lastIndexOf("\n") + 1;
    const rest = bytes.subarray(end).toString();
    if (rest === "") return;
    if (!rest.startsWith(BEGINNING) && !BEGINNING.startsWith(rest))
      throw new ResultsError(`${this.file} was not written by typefish grade --results: name another file`);
    truncateSync(this.file, end);
  }

  /** The grade of a submission, if it is known. Its place becomes the one of this campaign. */
  known(name: string, key: string, place: Place): Grade | undefined {
    const entry = this.entries.get(name);
    if (entry?.key !== key) return undefined;
    const isSame = entry.place.index === place.index && entry.place.count === place.count;
    if (!isSame) this.add(key, place, entry.grade);
    return entry.grade;
  }

  add(key: string, place: Place, grade: Grade): void {
    appendFileSync(this.file, `${JSON.stringify({ version: 2, key, place, grade } satisfies Entry)}\n`);
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
