/** The board's console as lines: complete when they are shown, so that no escape sequence is torn apart. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const ESCAPE_SEQUENCE = /\u001b\[[0-9;]*m/g;

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
