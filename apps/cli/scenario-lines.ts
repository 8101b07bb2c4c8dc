/**
 * Recognises scenarios in init's lines:
 *
 *     init.0.0: T03  600 pages one by one                ok      600 allocations     a result
 *     init.0.0: T03  slots beyond one CNode              600 pages one by one        a line of the list
 */

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

const RESULT = /^[\w-]+\.\d+\.(?:\d+|-): (\w+) +(.+?) +(ok|FAILED)(?: {2,}(.*))?$/;
const LISTED = /^[\w-]+\.\d+\.(?:\d+|-): ([A-Z]\w*) {2,}(.+?) {2,}(.+)$/;

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

export class ScenarioCollector {
  readonly results: ScenarioResult[] = [];

  line(line: string): void {
    const result = resultOfLine(line);
    if (result) this.results.push(result);
  }

  get failed(): number {
    return this.results.filter(({ ok }) => !ok).length;
  }
}
