/**
 * The board's console as lines: coloured for a terminal, and complete when they are shown, so that no escape sequence
 * is torn apart.
 */
import type { Colors } from "./colors";

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const ESCAPE_SEQUENCE = /\u001b\[[0-9;]*m/g;
/** `init.0.0: text`: name, core, thread (`-` without one). */
const DEBUG_PREFIX = /^([A-Za-z][\w-]{0,15})\.(\d+)\.(\d+|-): /;
/** The verdict on a scenario stands in a column of its own. */
const VERDICT = /^(\w+ +.+? +)(ok|FAILED)( {2,}.*)?$/;

/** Colours one line of console output as the original did, kernel lines dim. */
export function colorLine(line: string, colors: Colors): string {
  if (/^kernel\b/.test(line)) return colors.dim(line);
  if (/^(ERROR|Failure|Aborted)\b/.test(line)) return colors.red(line);
  const prefix = DEBUG_PREFIX.exec(line);
  if (!prefix) return line;
  const [whole, name, core, thread] = prefix as unknown as [string, string, string, string];
  return `${colors.blue(name)}.${colors.red(`${core}.${thread}`)}: ${colorVerdict(line.slice(whole.length), colors)}`;
}

function colorVerdict(text: string, colors: Colors): string {
  const match = VERDICT.exec(text);
  if (!match) return text;
  const [, before, verdict, after = ""] = match as unknown as [string, string, string, string?];
  return `${before}${verdict === "ok" ? colors.green(verdict) : colors.red(verdict)}${after}`;
}

/** Turns pieces of console output into lines. */
export class LineSplitter {
  private partial = "";

  constructor(private readonly onLine: (line: string) => void) {}

  push(chunk: string): void {
    const lines = (this.partial + chunk).split("\n");
    this.partial = lines.pop() as string;
    for (const line of lines) this.onLine(cleanLine(line));
  }

  /** The last line may have no newline. */
  end(): void {
    if (this.partial !== "") this.onLine(cleanLine(this.partial));
    this.partial = "";
  }
}

/** Without carriage return and without the program's own colours. */
function cleanLine(line: string): string {
  return line.replace(/\r$/, "").replace(ESCAPE_SEQUENCE, "");
}
