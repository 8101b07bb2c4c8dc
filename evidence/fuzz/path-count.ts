/** How often each path was taken that a run must take. */

export class PathCount {
  private readonly counts: Map<string, number>;

  /** `enough`: operations from which on every path must have been taken. */
  constructor(
    wanted: readonly string[],
    private readonly enough: number,
  ) {
    this.counts = new Map(wanted.map((path) => [path, 0]));
  }

  /** A path was taken; others than those that are wanted do not count. */
  take(path: string): void {
    const count = this.counts.get(path);
    if (count !== undefined) this.counts.set(path, count + 1);
  }

  /** All that are wanted, with how often they were taken, and those that a run so long should have taken and did not. */
  after(operations: number): PathReport {
    const paths = [...this.counts].map(([path, count]) => ({ path, count }));
    const missing = paths.flatMap(({ path, count }) => (count === 0 ? [path] : []));
    return { paths, missing: operations >= this.enough ? missing : [] };
  }
}

export interface PathReport {
  readonly paths: readonly { path: string; count: number }[];
  readonly missing: readonly string[];
}
