import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import Type, { type Static } from 'typebox';
import { checked } from '../checked.ts';
import { NORMALISER_VERSION } from '../compare/normalizer.ts';
import { CORPUS_TRACES } from '../default-gateway.ts';
import { loadScenarios } from '../scenario/load-scenarios.ts';
import { ORIGINAL_RELEASE } from './original-gateway.ts';

const GroupSchema = Type.Object({
  traces: Type.Number(),
  release: Type.String(),
  how: Type.String(),
  tool: Type.String({ description: 'program and version that recorded the group last' }),
  normaliser: Type.Number(),
});
const ProvenanceSchema = Type.Object({
  traces: Type.Record(Type.String(), GroupSchema),
  channels: Type.Record(
    Type.String(),
    Type.Object({ cases: Type.Number(), release: Type.String(), how: Type.String() }),
  ),
  golden: Type.Object({ tables: Type.Number(), release: Type.String(), how: Type.String() }),
});
export type Provenance = Static<typeof ProvenanceSchema>;

const FILE = fileURLToPath(new URL('../../corpus/provenance.json', import.meta.url));
const PACKAGE = new URL('../../package.json', import.meta.url);

export async function loadProvenance(): Promise<Provenance> {
  return checked(ProvenanceSchema, JSON.parse(await readFile(FILE, 'utf8')), 'provenance.json');
}

/** Notes that traces of the groups were recorded from the original with this program. */
export async function noteRecorded(groups: readonly string[]): Promise<void> {
  const [provenance, entries, source] = await Promise.all([
    loadProvenance(),
    loadScenarios([CORPUS_TRACES]),
    readFile(PACKAGE, 'utf8'),
  ]);
  const { name, version } = checked(
    Type.Object({ name: Type.String(), version: Type.String() }),
    JSON.parse(source),
    'package.json',
  );
  const recorded = [...new Set(groups)].map((group) => [
    group,
    {
      traces: entries.filter(({ scenario }) => scenario.subsystem === group).length,
      release: ORIGINAL_RELEASE,
      how: 'parity record --from-registry',
      tool: `${name} ${version}`,
      normaliser: NORMALISER_VERSION,
    },
  ]);
  const traces = { ...provenance.traces, ...Object.fromEntries(recorded) };
  await writeFile(FILE, `${JSON.stringify({ ...provenance, traces }, null, 2)}\n`);
}
