/**
 * What a policy takes for a trace: each operation by itself, and rows of operations as a whole.
 *
 * The policies answer the same each time that they play a trace. So what an operation takes longer one time than another
 * was the host's doing, and the least of all times counts.
 *
 * A row that is timed as a whole takes less than the sum of its operations: between two looks at the clock, a processor
 * cannot overlap an operation with its neighbours.
 */
import type { Span } from "./allocation-trace";
import { quantile, type Summary, summarize } from "./statistics";

const NANOSECONDS = 1e6;

/** Carries out the operations from number `from` to before `to`. */
export type Run = (from: number, to: number) => void;

/**
 * The clock is `performance.now()`: it shows single nanoseconds, as `process.hrtime.bigint()` does, and where this was
 * decided took 80 to 95 of them instead of 105 to 115. It leaves 16 bytes of garbage, not 20; no clock of Node leaves none.
 * Whatever a collection falls on is another operation each time.
 */
export class RaceTimes {
  /** In milliseconds, by operation: of the operation, and of no operation, which is the clock and the call. */
  private readonly single: Float64Array;
  private readonly empty: Float64Array;
  /** In milliseconds, by the first operation of the row. */
  private readonly rows = new Map<number, { to: number; time: number }>();

  constructor(operations: number) {
    this.single = new Float64Array(operations).fill(Number.POSITIVE_INFINITY);
    this.empty = this.single.slice();
  }

  /** Carries out each operation by itself. */
  runEach(run: Run, { from, to }: Span): void {
    const { single, empty } = this;
    for (let i = from; i < to; i++) {
      const start = performance.now();
      run(i, i + 1);
      const done = performance.now();
      run(i, i);
      const end = performance.now();
      single[i] = Math.min(single[i] as number, done - start);
      empty[i] = Math.min(empty[i] as number, end - done);
    }
  }

  /** Carries out a row as a whole. */
  runRow(run: Run, { from, to }: Span): void {
    const start = performance.now();
    run(from, to);
    this.rows.set(from, { to, time: performance.now() - start });
  }

  /** What the clock and the call add to each time. */
  private get overhead(): number {
    return quantile(this.empty.slice().sort(), 0.5);
  }

  /** Nanoseconds of the operations of `span`, each by itself. */
  each({ from, to }: Span): Summary {
    const { overhead } = this;
    return summarize(this.single.subarray(from, to).map((time) => Math.max(0, time - overhead) * NANOSECONDS));
  }

  /** Nanoseconds of an operation in a row, on average over the rows that lie in `span`. */
  mean(span: Span): number {
    const { overhead, single } = this;
    let time = 0;
    let operations = 0;
    for (const [from, row] of this.rows) {
      if (from < span.from || row.to > span.to) continue;
      // A row was played once only. What it takes longer than its operations one by one was the host's doing.
      const oneByOne = single.subarray(from, row.to).reduce((sum, each) => sum + Math.max(0, each - overhead), 0);
      time += Math.min(oneByOne, Math.max(0, row.time - overhead));
      operations += row.to - from;
    }
    return (time / operations) * NANOSECONDS;
  }
}
