/**
 * Recognises scenarios in init's lines:
 *
 *     init.0.0: T03  begins, 3 of 78                                             a scenario begins (with BEGIN=1)
 *     init.0.0: T03  600 pages one by one                ok      600 allocations     a result
 *     init.0.0: T03  slots beyond one CNode              600 pages one by one        a line of the list
 */
import { LineSplitter } from "./text/lines";

export interface ScenarioResult {
  id: string;
  title: string;
  ok: boolean;
  /** The text after the verdict: figures, or the reason for a failure. */
  note: string;
}

export interface ListedScenario {
  id: string;
  group: string;
  title: string;
}

const BEGIN = /^[\w-]+\.\d+\.(?:\d+|-): (\w+) +begins, (\d+) of (\d+)$/;
const RESULT = /^[\w-]+\.\d+\.(?:\d+|-): (\w+) +(.+?) +(ok|FAILED)(?: {2,}(.*))?$/;
const LISTED = /^[\w-]+\.\d+\.(?:\d+|-): ([A-Z]\w*) {2,}(.+?) {2,}(.+)$/;
const COUNT = /^[\w-]+\.\d+\.(?:\d+|-): \d+ scenarios?$/;

/** The scenario that a line says begins, and the number of those that the pattern selects. */
export function beginOfLine(line: string): { id: string; asked: number } | null {
  const match = BEGIN.exec(line);
  return match ? { id: match[1] as string, asked: Number(match[3]) } : null;
}

export function resultOfLine(line: string): ScenarioResult | null {
  const match = RESULT.exec(line);
  if (!match) return null;
  const [, id, title, verdict, note = ""] = match as unknown as [string, string, string, string, string?];
  return { id, title, ok: verdict === "ok", note };
}

export function listedOfLine(line: string): ListedScenario | null {
  const match = LISTED.exec(line);
  if (!match) return null;
  const [, id, group, title] = match as unknown as [string, string, string, string];
  return { id, group, title };
}

/** Is this the last line of the list? */
export function isEndOfList(line: string): boolean {
  return COUNT.test(line);
}

/** What a console line says about the scenarios. */
export type LineKind = "begin" | "result" | "other";

/** Follows a run by the lines of its console. */
export class ScenarioCollector {
  readonly results: ScenarioResult[] = [];
  /** Id of the scenario that has begun and has not ended; null if there is none. */
  running: string | null = null;
  /** Number of scenarios that the pattern selects. It is 0 until the first one begins. */
  asked = 0;

  line(line: string): LineKind {
    const begin = beginOfLine(line);
    if (begin) {
      this.running = begin.id;
      this.asked = begin.asked;
      return "begin";
    }
    const result = resultOfLine(line);
    if (!result) return "other";
    this.results.push(result);
    if (result.id === this.running) this.running = null;
    return "result";
  }

  get passed(): number {
    return this.results.filter(({ ok }) => ok).length;
  }

  /** Number of scenarios that failed. After the run, a scenario that has not ended counts as failed. */
  get failed(): number {
    return this.results.length - this.passed + this.unfinished;
  }

  /** Number of scenarios that the pattern selects and that have not begun. */
  get notRun(): number {
    return Math.max(0, this.asked - this.results.length - this.unfinished);
  }

  private get unfinished(): number {
    return this.running === null ? 0 : 1;
  }
}

export interface ConsoleFollower {
  /** Called when a scenario begins or ends. The time limit counts from there. */
  onStep(): void;
  /** Called with each line but those that say that a scenario begins. */
  onLine?(line: string): void;
}

/** Splits a console into lines, and enters them into `scenarios`. */
export function followConsole(scenarios: ScenarioCollector, { onStep, onLine }: ConsoleFollower): LineSplitter {
  return new LineSplitter((line) => {
    const kind = scenarios.line(line);
    if (kind !== "other") onStep();
    if (kind !== "begin") onLine?.(line);
  });
}
