import { expect, test } from 'vitest';
import { loadChannelCases } from '../channels/channel-case.ts';
import { NORMALISER_VERSION } from '../compare/normalizer.ts';
import { CORPUS_CHANNELS, CORPUS_GOLDEN, CORPUS_TRACES } from '../default-gateway.ts';
import { loadTables } from '../golden/table.ts';
import { loadScenarios } from '../scenario/load-scenarios.ts';
import { loadProvenance } from './provenance.ts';

test('every group of the corpus says where it comes from', async () => {
  const [{ traces, golden, channels }, scenarios, tables, cases] = await Promise.all([
    loadProvenance(),
    loadScenarios([CORPUS_TRACES]),
    loadTables([CORPUS_GOLDEN]),
    loadChannelCases([CORPUS_CHANNELS]),
  ]);
  const groups = Map.groupBy(scenarios, ({ scenario }) => scenario.subsystem);
  const counts = Object.fromEntries([...groups].map(([name, members]) => [name, members.length]));
  expect(Object.fromEntries(Object.entries(traces).map(([name, group]) => [name, group.traces]))).toEqual(counts);
  expect(Object.values(traces).every(({ normaliser }) => normaliser <= NORMALISER_VERSION)).toBe(true);
  expect(golden.tables).toBe(tables.length);
  const perChannel = Map.groupBy(cases, ({ case: { channel } }) => channel);
  expect(Object.fromEntries(Object.entries(channels).map(([name, group]) => [name, group.cases]))).toEqual(
    Object.fromEntries([...perChannel].map(([name, members]) => [name, members.length])),
  );
});
