/**
 * The times of a policy for a trace: of each operation by itself, and of rows of operations as a whole.
 *
 * A policy does the same work each time that it serves a trace. So a difference between two times of an operation comes from
 * the host, and the least time counts.
 *
 * A row that is timed as a whole takes less than the sum of its operations. If the clock is read around an operation, the
 * processor cannot overlap it with its neighbours.
 */
import type { Span } from "./allocation-trace";
import { quantile, type Summary, summarize } from "./statistics";

const NANOSECONDS = 1e6;

/** Carries out the operations from number `from` to before `to`. */
export type Run = (from: number, to: number) => void;

/**
 * The clock is `performance.now()`. Like `process.hrtime.bigint()`, it shows single nanoseconds. A call took 80 to 95 ns
 * instead of 105 to 115 ns when this was decided, and leaves 16 bytes of garbage instead of 20. No clock of Node leaves none,
 * so the garbage collector runs at times, during a different operation in each pass.
 */
export class RaceTimes {
  /** In milliseconds, by operation: the time of the operation, and the time of an empty run (the clock and the call). */
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

  /** The time that the clock and the call add to each measurement. */
  private get overhead(): number {
    return quantile(this.empty.slice().sort(), 0.5);
  }

  /** Nanoseconds of each operation of `span` by itself. */
  each({ from, to }: Span): Summary {
    const { overhead } = this;
    return summarize(this.single.subarray(from, to).map((time) => Math.max(0, time - overhead) * NANOSECONDS));
  }

  /** Average nanoseconds of an operation in a row, over the rows that lie in `span`. */
  mean(span: Span): number {
    const { overhead, single } = this;
    let time = 0;
    let operations = 0;
    for (const [from, row] of this.rows) {
      if (from < span.from || row.to > span.to) continue;
      // A row runs only once. If it takes longer than its operations one by one, the host caused the difference.
      const oneByOne = single.subarray(from, row.to).reduce((sum, each) => sum + Math.max(0, each - overhead), 0);
      time += Math.min(oneByOne, Math.max(0, row.time - overhead));
      operations += row.to - from;
    }
    return (time / operations) * NANOSECONDS;
  }
}
