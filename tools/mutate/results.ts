/** What came of each mutant: a line of JSON each, written at once, so that a run that was stopped can go on. */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

/** `equivalent` and `uncompilable` are invalid: neither killed nor survived. `timeout` is a way to be killed. */
export type Verdict = "killed" | "timeout" | "survived" | "equivalent" | "uncompilable";

export interface Result {
  readonly id: string;
  readonly verdict: Verdict;
  /** The test that saw it, or the compiler's message. */
  readonly by?: string;
  readonly original: string;
  readonly replacement: string;
  readonly seconds: number;
  /** Of the mutated file without the mutant. */
  readonly file: string;
  /** Of the whole tree. */
  readonly tree: string;
  /** Test files that take more seconds were left out; absent if none were. */
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
   * What is known of a mutant. A verdict counts while the mutated file is the same; that a mutant survived, only while
   * the whole tree is, since a test may have come that sees it, and if as many tests were tried.
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

/** The last line of a run that was killed may be torn. */
function parse(line: string): Result | null {
  try {
    return JSON.parse(line) as Result;
  } catch {
    return null;
  }
}
