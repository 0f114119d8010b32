import { readFile } from 'node:fs/promises';
import Type, { type Static } from 'typebox';
import { checked } from '../checked.ts';

/** What the current release claims; everything else of the corpus is not covered yet. */
const CoverageSchema = Type.Object({
  release: Type.String(),
  traces: Type.Array(Type.String({ description: 'a subsystem, or subsystem/name of one trace' })),
  golden: Type.Array(Type.String({ description: 'a table that must have a runner' })),
  channels: Type.Array(Type.String({ description: 'a channel whose golden cases must pass' })),
});
export type Coverage = Static<typeof CoverageSchema>;

export async function loadCoverage(): Promise<Coverage> {
  const text = await readFile(new URL('../../coverage.json', import.meta.url), 'utf8');
  return checked(CoverageSchema, JSON.parse(text), 'coverage.json');
}

export const isTraceCovered = (coverage: Coverage, name: string): boolean =>
  coverage.traces.some((claim) => claim === name || claim === name.split('/')[0]);
