/** Reports the results of a run for people. */
import { counted } from "../../observe/text/quantities";
import { isInvalid, isKilled, type Result } from "./results";
import { folderOf } from "./selection";

export interface Score {
  readonly mutants: number;
  readonly invalid: number;
  readonly killed: number;
  /** Number of killed mutants that were killed by the time limit. */
  readonly timeouts: number;
  readonly survived: number;
  /** Percentage of the valid mutants that were killed; 100 if there are none. */
  readonly percent: number;
}

export function scoreOf(results: readonly Result[]): Score {
  const invalid = results.filter(isInvalid).length;
  const killed = results.filter(isKilled).length;
  const valid = results.length - invalid;
  return {
    mutants: results.length,
    invalid,
    killed,
    timeouts: results.filter(({ verdict }) => verdict === "timeout").length,
    survived: valid - killed,
    percent: valid === 0 ? 100 : Number(((100 * killed) / valid).toFixed(1)),
  };
}

/** Describes one change: `a.ts:3:7:le  "<" becomes "<="`. */
export function changeLine({ id, original, replacement }: Pick<Result, "id" | "original" | "replacement">): string {
  const short = (text: string) => JSON.stringify(text.replace(/\s+/g, " ").slice(0, 60));
  return `${id}  ${short(original)} becomes ${short(replacement)}`;
}

const COLUMNS = ["mutants", "invalid", "killed", "timeouts", "survived", "percent"] as const;

export function scoreTable(results: readonly Result[]): string[] {
  const folders = [...new Set(results.map(({ id }) => folderOf(id)))].sort();
  const rows = folders.map((folder) => ({
    name: folder,
    score: scoreOf(results.filter(({ id }) => folderOf(id) === folder)),
  }));
  rows.push({ name: "all", score: scoreOf(results) });
  const width = Math.max(...rows.map(({ name }) => name.length));
  return [
    `${"".padEnd(width)}${COLUMNS.map((column) => column.padStart(10)).join("")}`,
    ...rows.map(
      ({ name, score }) =>
        `${name.padEnd(width)}${COLUMNS.map((column) => String(score[column]).padStart(10)).join("")}`,
    ),
  ];
}

export function survivorLines(results: readonly Result[]): string[] {
  const survivors = results.filter(({ verdict }) => verdict === "survived");
  if (survivors.length === 0) return [];
  return [
    "",
    `${counted(survivors.length, "mutant")} survived:`,
    ...survivors.map((result) => `  ${changeLine(result)}`),
  ];
}
