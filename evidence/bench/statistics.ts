/** Summaries of many measurements of the same thing. */

export interface Summary {
  /**
   * The lower quartile: a quarter of the samples are below it. It stands for the time on an idle machine, because other
   * work only adds time, and to some samples more than to others.
   */
  quartile: number;
  median: number;
  /** The 99th percentile. */
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
