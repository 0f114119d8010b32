/** Order statistics and rounding of samples. Values that are no finite numbers are left out. */

export interface Summary {
  readonly n: number;
  readonly min: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  readonly mean: number;
}

/** Linear interpolation between the two nearest of the sorted values. */
function quantile(sorted: readonly number[], q: number): number {
  const position = (sorted.length - 1) * q;
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? Number.NaN;
  return low + (high - low) * (position - Math.floor(position));
}

const finiteSorted = (values: readonly (number | null)[]): readonly number[] =>
  values
    .filter((value) => value !== null && Number.isFinite(value))
    .sort((a, b) => (a ?? 0) - (b ?? 0))
    .flatMap((value) => value ?? []);

export function summarize(values: readonly (number | null)[]): Summary | null {
  const sorted = finiteSorted(values);
  const [first] = sorted;
  if (first === undefined) return null;
  return {
    n: sorted.length,
    min: round(first),
    p50: round(quantile(sorted, 0.5)),
    p95: round(quantile(sorted, 0.95)),
    p99: round(quantile(sorted, 0.99)),
    max: round(sorted.at(-1) ?? first),
    mean: round(sorted.reduce((sum, value) => sum + value, 0) / sorted.length),
  };
}

export function median(values: readonly (number | null)[]): number | null {
  const sorted = finiteSorted(values);
  return sorted.length ? round(quantile(sorted, 0.5)) : null;
}

/** Fewer digits the bigger the number: whole from 1000 on, four decimals below 1. */
export function round(value: number): number {
  const size = Math.abs(value);
  const digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4;
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Least-squares slope of y over x; null for fewer than two points. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number | null {
  if (points.length < 2) return null;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const variance = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return variance === 0 ? null : covariance / variance;
}
