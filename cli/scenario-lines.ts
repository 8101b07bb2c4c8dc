/** The scenarios of a run, read from init's lines. */

export interface ScenarioResult {
  name: string;
  ok: boolean;
  /** What init says behind the verdict. */
  remark: string;
}

/** `init.0.0: T05 OK`, or `FAILED`, and what else init has to say of it. */
const VERDICT = /^\w+\.\d+\.(?:\d+|-): ([A-Z]+\d+[\w-]*)\b.*?\b(OK|FAILED)\b:?\s*(.*)$/;

export function scenarioOfLine(line: string): ScenarioResult | null {
  const match = VERDICT.exec(line);
  if (!match) return null;
  const [, name, verdict, remark] = match as unknown as [string, string, string, string];
  return { name, ok: verdict === "OK", remark };
}

export class ScenarioCollector {
  readonly results: ScenarioResult[] = [];

  line(line: string): void {
    const result = scenarioOfLine(line);
    if (result) this.results.push(result);
  }

  get failed(): number {
    return this.results.filter(({ ok }) => !ok).length;
  }
}
