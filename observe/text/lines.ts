/** Splits the board's console into lines. Only complete lines are shown, so that no escape sequence is split. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const ESCAPE_SEQUENCE = /\u001b\[[0-9;]*m/g;

/** Collects pieces of console output into lines. */
export class LineSplitter {
  private partial = "";

  constructor(private readonly onLine: (line: string) => void) {}

  push(chunk: string): void {
    const lines = (this.partial + chunk).split("\n");
    this.partial = lines.pop() as string;
    for (const line of lines) this.onLine(cleanLine(line));
  }

  /** Passes on the last line, which may have no newline. */
  end(): void {
    if (this.partial !== "") this.onLine(cleanLine(this.partial));
    this.partial = "";
  }
}

/** Removes carriage returns and the program's own colours from a line. */
function cleanLine(line: string): string {
  return line.replace(/\r$/, "").replace(ESCAPE_SEQUENCE, "");
}
