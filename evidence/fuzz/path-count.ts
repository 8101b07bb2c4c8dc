/** Counts how often a run took each of the paths that it must take. */

export class PathCount {
  private readonly counts: Map<string, number>;

  /** `enough`: number of operations from which on every path must have been taken. */
  constructor(
    wanted: readonly string[],
    private readonly enough: number,
  ) {
    this.counts = new Map(wanted.map((path) => [path, 0]));
  }

  /** Counts a path. Paths that are not wanted are ignored. */
  take(path: string): void {
    const count = this.counts.get(path);
    if (count !== undefined) this.counts.set(path, count + 1);
  }

  /** All wanted paths with their counts. Also the paths that were never taken, if the run was long enough. */
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
