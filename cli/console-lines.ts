/**
 * The board's console as lines: coloured for a terminal, and complete when they are shown, so that no escape sequence
 * is torn apart.
 */
import type { Colors } from "./colors";

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const ESCAPE_SEQUENCE = /\u001b\[[0-9;]*m/g;
/** `init.0.0: text`: name, core, thread (`-` without one). */
const DEBUG_PREFIX = /^([A-Za-z][\w-]{0,15})\.(\d+)\.(\d+|-): /;

/** Colours one line of console output as the original did, kernel lines dim. */
export function colorLine(line: string, colors: Colors): string {
  if (/^kernel\b/.test(line)) return colors.dim(line);
  const prefix = DEBUG_PREFIX.exec(line);
  if (!prefix) return colorVerdicts(line, colors);
  const [whole, name, core, thread] = prefix as unknown as [string, string, string, string];
  const rest = colorVerdicts(line.slice(whole.length), colors);
  return `${colors.blue(name)}.${colors.red(`${core}.${thread}`)}: ${rest}`;
}

function colorVerdicts(text: string, colors: Colors): string {
  return text
    .replace(/\b(FAILED|ERROR|PANIC|Failure|Aborted)\b/g, (word) => colors.red(word))
    .replace(/\b(OK|ok)\b/g, (word) => colors.green(word));
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
