/** One line of a JSON Lines trace file. The contents are not trusted: each field is checked and otherwise refused. */
import { TraceError } from "./trace-error";

/** A value for a message. A long value is cut after its beginning. */
export function shown(value: unknown): string {
  return value === undefined ? "nothing" : (JSON.stringify(value) as string).slice(0, 60);
}

export class JsonLine {
  readonly fields: Record<string, unknown>;

  /** `expected` says what the line should contain, for readers who did not write the JSON themselves. */
  constructor(
    private readonly file: string,
    readonly number: number,
    text: string,
    expected = "a JSON object",
  ) {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.refuse(`expected ${expected}, found text that is not JSON`);
    }
    this.fields = this.object(value, "the line");
  }

  refuse(problem: string): never {
    throw new TraceError(`${this.file}:${this.number}: ${problem}`);
  }

  object(value: unknown, what: string): Record<string, unknown> {
    if (typeof value !== "object" || value === null || Array.isArray(value)) this.expected("an object", what, value);
    return value as Record<string, unknown>;
  }

  list(value: unknown, what: string): unknown[] {
    return Array.isArray(value) ? value : this.expected("a list", what, value);
  }

  integer(value: unknown, what: string, max = Number.MAX_SAFE_INTEGER, min = 0): number {
    const fits = Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
    return fits ? (value as number) : this.expected(`an integer from ${min} to ${max}`, what, value);
  }

  flag(value: unknown, what: string): 0 | 1 {
    return value === 0 || value === 1 ? value : this.expected("0 or 1", what, value);
  }

  text(value: unknown, what: string): string {
    return typeof value === "string" ? value : this.expected("a string", what, value);
  }

  oneOf<T extends string>(value: unknown, choices: readonly T[], what: string): T {
    const found = choices.find((choice) => choice === value);
    return found ?? this.expected(`one of ${choices.map((choice) => `"${choice}"`).join(", ")}`, what, value);
  }

  private expected(expectation: string, what: string, value: unknown): never {
    return this.refuse(`expected ${expectation} as ${what}, found ${shown(value)}`);
  }
}
