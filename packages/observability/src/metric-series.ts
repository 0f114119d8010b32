import type { MetricLabels } from './metrics.ts';

/** One time series as plain data: a counter's or gauge's value, or a histogram's sum with count and hits per bucket. */
export interface MetricSeries {
  readonly labels: MetricLabels;
  value: number;
  count: number;
  /** Hits per bucket, not cumulative; holes are zero. */
  readonly buckets: number[];
}
