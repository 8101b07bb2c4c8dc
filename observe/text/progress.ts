/** Shows progress as one line that is rewritten in place. Only on a terminal. */

const CLEAR_LINE = "\r\u001b[2K";

export class ProgressLine {
  private shown = false;

  constructor(
    /** First word of the line: the current activity. */
    private readonly doing = "measuring",
    private readonly stream: { isTTY?: boolean; write(text: string): unknown } = process.stderr,
  ) {}

  readonly show = (text: string): void => {
    if (!this.stream.isTTY) return;
    this.stream.write(`${CLEAR_LINE}${this.doing}: ${text}`);
    this.shown = true;
  };

  clear(): void {
    if (this.shown) this.stream.write(CLEAR_LINE);
    this.shown = false;
  }
}
