/**
 * Stores the result of each mutant as one line of JSON. Each line is written at once, so that an interrupted run can
 * continue.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

/** `equivalent` and `uncompilable` mutants are invalid: neither killed nor survived. `timeout` counts as killed. */
export type Verdict = "killed" | "timeout" | "survived" | "equivalent" | "uncompilable";

export interface Result {
  readonly id: string;
  readonly verdict: Verdict;
  /** The test that detected the mutant, or the compiler's message. */
  readonly by?: string;
  readonly original: string;
  readonly replacement: string;
  readonly seconds: number;
  /** Hash of the mutated file without the mutant. */
  readonly file: string;
  /** Hash of the whole tree. */
  readonly tree: string;
  /** Test files that take more seconds were left out. Absent if none were left out. */
  readonly longest?: number;
}

export function hashText(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

export const isInvalid = ({ verdict }: Result) => verdict === "equivalent" || verdict === "uncompilable";
export const isKilled = ({ verdict }: Result) => verdict === "killed" || verdict === "timeout";

export class ResultFile {
  private readonly results = new Map<string, Result>();

  constructor(private readonly path: string) {
    if (!existsSync(path)) return;
    for (const line of readFileSync(path, "utf8").split("\n")) {
      const result = parse(line);
      if (result) this.results.set(result.id, result);
    }
  }

  /**
   * The known result of a mutant, or null. A verdict is valid while the mutated file is unchanged. The verdict that a
   * mutant survived is valid only while the whole tree is unchanged, because a new test may detect it, and only if at
   * least as many tests were tried.
   */
  find(id: string, file: string, tree: string, longest = Number.POSITIVE_INFINITY): Result | null {
    const result = this.results.get(id);
    if (!result || result.file !== file) return null;
    if (result.verdict !== "survived") return result;
    const tried = result.longest ?? Number.POSITIVE_INFINITY;
    return result.tree === tree && tried >= longest ? result : null;
  }

  add(result: Result): void {
    this.results.set(result.id, result);
    mkdirSync(dirname(this.path), { recursive: true });
    appendFileSync(this.path, `${JSON.stringify(result)}\n`);
  }
}

/** Parses a line. The last line of a run that was killed may be incomplete; then the result is null. */
function parse(line: string): Result | null {
  try {
    return JSON.parse(line) as Result;
  } catch {
    return null;
  }
}
