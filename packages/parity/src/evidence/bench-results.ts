import { readFile } from 'node:fs/promises';
import Type, { type Static } from 'typebox';
import { checked } from '../checked.ts';
import { memberOf } from '../json-value.ts';
import type { Threshold } from '../manifest/thresholds.ts';

const Summary = Type.Object({
  p50: Type.Number(),
  p95: Type.Number(),
  max: Type.Number(),
});

/** Results of the bench (bench/README.md), as far as they are read here. */
const BenchResultsSchema = Type.Object({
  startedAt: Type.String(),
  gateways: Type.Array(Type.Object({ name: Type.String() })),
  metrics: Type.Array(
    Type.Object({
      suite: Type.String(),
      metric: Type.String(),
      values: Type.Record(Type.String(), Type.Union([Summary, Type.Null()])),
    }),
  ),
});
export type BenchResults = Static<typeof BenchResultsSchema>;

export async function loadBenchResults(file: string): Promise<BenchResults> {
  return checked(BenchResultsSchema, JSON.parse(await readFile(file, 'utf8')), file);
}

/** The name this project's gateway has in results. */
const OWN = 'chela';

/** The figure a threshold is about: our own, or its ratio to the first other gateway; undefined when it was not measured. */
export function measuredFigure(results: BenchResults, { suite, metric, of }: Threshold): number | undefined {
  const values = results.metrics.find((row) => row.suite === suite && row.metric === metric)?.values;
  const own = values?.[OWN];
  if (!own) return undefined;
  if (of === 'p50' || of === 'p95' || of === 'max') return own[of];
  const base = results.gateways.find(({ name }) => name !== OWN)?.name;
  const measure = base === undefined ? undefined : values?.[base];
  const quantile = of === 'ratio of p95' ? 'p95' : 'p50';
  const divisor = Number(memberOf(measure, quantile));
  return divisor > 0 ? own[quantile] / divisor : undefined;
}

/** True when the figure is within the bounds of the threshold. */
export const isReached = (figure: number, { atMost, atLeast }: Threshold): boolean =>
  figure <= (atMost ?? Number.POSITIVE_INFINITY) && figure >= (atLeast ?? Number.NEGATIVE_INFINITY);
