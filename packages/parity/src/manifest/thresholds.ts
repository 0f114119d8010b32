import { readFile } from 'node:fs/promises';
import Type, { type Static } from 'typebox';
import { checked } from '../checked.ts';

const bounds = { atMost: Type.Optional(Type.Number()), atLeast: Type.Optional(Type.Number()) };

/** A figure of the bench that a release must reach. Ratios are to the original in the same run. */
const ThresholdSchema = Type.Object({
  id: Type.String(),
  title: Type.String(),
  suite: Type.String(),
  metric: Type.String(),
  of: Type.Union([
    Type.Literal('ratio'),
    Type.Literal('ratio of p95'),
    Type.Literal('p50'),
    Type.Literal('p95'),
    Type.Literal('max'),
  ]),
  ...bounds,
});
export type Threshold = Static<typeof ThresholdSchema>;

export async function loadThresholds(): Promise<readonly Threshold[]> {
  const source = await readFile(new URL('../../data/thresholds.json', import.meta.url), 'utf8');
  return checked(Type.Array(ThresholdSchema), JSON.parse(source), 'thresholds.json');
}

export const benchEvidence = ({ suite, metric }: Pick<Threshold, 'suite' | 'metric'>): string =>
  `bench:${suite}/${metric}`;
