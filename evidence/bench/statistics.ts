/** What is said about many measurements of one thing. */

export interface Summary {
  /**
   * The value that a quarter of the samples stay below: what a machine needs that does nothing else. Whatever else it
   * does only adds, and to some samples more than to others.
   */
  quartile: number;
  median: number;
  /** Of a hundred, the second slowest. */
  p99: number;
  minimum: number;
  maximum: number;
  samples: number;
}

/** The value below which a share of a sorted list lies. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
}

export function summarize(values: readonly number[] | Float64Array): Summary {
  const sorted = Float64Array.from(values).sort();
  return {
    quartile: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    minimum: sorted[0] as number,
    maximum: sorted[sorted.length - 1] as number,
    samples: sorted.length,
  };
}
