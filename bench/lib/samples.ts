import type { MetricResult } from './report.ts';
import { round, summarize } from './stats.ts';
import type { Better, Record as RecordSamples } from './suite.ts';

interface Metric {
  readonly suite: string;
  readonly metric: string;
  readonly unit: string;
  readonly better: Better;
  /** Gateway name → samples. */
  readonly values: Map<string, number[]>;
}

export interface Samples {
  /** The `record` of one suite. */
  recorder(suite: string): RecordSamples;
  /** Every metric in the order it was first recorded, with ratios to the first of the gateways. */
  results(gatewayNames: readonly string[]): readonly MetricResult[];
}

export function createSamples(): Samples {
  const metrics = new Map<string, Metric>();
  return {
    recorder: (suite) => (gateway, metric, unit, better, values) => {
      const key = `${suite}\0${metric}`;
      const found = metrics.get(key) ?? { suite, metric, unit, better, values: new Map<string, number[]>() };
      metrics.set(key, found);
      const samples = found.values.get(gateway.name) ?? [];
      found.values.set(gateway.name, samples);
      for (const value of values) if (value !== null && Number.isFinite(value)) samples.push(value);
    },
    results: ([first = '', ...others]) =>
      [...metrics.values()].map(({ suite, metric, unit, better, values: samples }) => {
        const values = Object.fromEntries([...samples].map(([name, list]) => [name, summarize(list)]));
        const base = values[first]?.p50;
        const ratios = others.flatMap((name) => {
          const value = values[name]?.p50;
          return base !== undefined && base > 0 && value !== undefined ? [[name, round(value / base)] as const] : [];
        });
        return { suite, metric, unit, better, values, ratioToFirst: Object.fromEntries(ratios) };
      }),
  };
}
