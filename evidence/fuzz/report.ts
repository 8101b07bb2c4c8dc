/** Reports on a long run while it runs and when it ends. */
import pc from "picocolors";
import { counted } from "../../observe/text/quantities";

/** Time between two updates of the progress line. */
const PROGRESS_MS = 200;

export class Report {
  private readonly start = performance.now();
  private shown = 0;
  private readonly isTerminal = process.stderr.isTTY === true;

  constructor(
    private readonly json: boolean,
    /** The noun for what is counted. */
    private readonly noun: string,
    private readonly total: number,
  ) {}

  private get seconds(): number {
    return (performance.now() - this.start) / 1000;
  }

  /** Updates the progress line on a terminal. */
  progress(done: number): void {
    if (!this.isTerminal || performance.now() - this.shown < PROGRESS_MS) return;
    this.shown = performance.now();
    const left = (this.seconds / done) * (this.total - done);
    const percent = Math.floor((100 * done) / this.total);
    const line = `${percent} %  ${counted(done, this.noun)}, about ${Math.ceil(left)} s left`;
    process.stderr.write(`\r\x1b[K${pc.dim(line)}`);
  }

  /** Clears the progress line. With `--json`, prints the whole result. */
  end(result: Record<string, unknown>): void {
    if (this.isTerminal) process.stderr.write("\r\x1b[K");
    if (this.json) console.log(JSON.stringify({ ...result, seconds: Number(this.seconds.toFixed(1)) }, null, 2));
  }

  line(text: string): void {
    console.log(text);
  }

  /** The amount of work done, and the time that it took. */
  amount(done: number): string {
    return `${counted(done, this.noun)} in ${this.seconds.toFixed(1)} s`;
  }
}
