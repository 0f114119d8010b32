import { CORPUS_TRACES } from '../default-gateway.ts';
import { loadScenarios, scenarioName } from '../scenario/load-scenarios.ts';
import { type Coverage, isTraceCovered, loadCoverage } from '../scorecard/coverage.ts';
import { contractRequirements, loadSlashCommands } from './contract-requirements.ts';
import { type EvidenceRow, isAbout, loadEvidenceMap } from './evidence-map.ts';
import type { ManifestEntry, Requirement } from './requirement.ts';
import { evidenceOfTraces } from './trace-evidence.ts';

/** Every requirement with what proves it, from the contract's data, the claimed traces and tables, and the reviewed map. */
export async function buildManifest(): Promise<readonly ManifestEntry[]> {
  const [requirements, coverage, entries, rows, slash] = await Promise.all([
    contractRequirements(),
    loadCoverage(),
    loadScenarios([CORPUS_TRACES]),
    loadEvidenceMap(),
    loadSlashCommands(),
  ]);
  const traces = evidenceOfTraces(entries.filter(({ scenario }) => isTraceCovered(coverage, scenarioName(scenario))));
  const aliases = new Map(slash.map(({ key, aliases: names }) => [`slash/${key}`, names]));

  const proofOf = ({ id }: Requirement): readonly string[] => [
    ...(traces.get(id) ?? []),
    ...(aliases.get(id) ?? []).flatMap((alias) => traces.get(`slash-alias/${alias}`) ?? []),
    ...tableEvidence(id, coverage),
    ...caseEvidence(id, coverage),
  ];
  return requirements.map((requirement) => entryOf(requirement, proofOf(requirement), rows));
}

function tableEvidence(id: string, coverage: Coverage): readonly string[] {
  const [kind, name = ''] = id.split('/');
  return kind === 'rule' && coverage.golden.includes(name) ? [`table:${name}`] : [];
}

/** A recorded case of a claimed channel is required and proves itself. */
function caseEvidence(id: string, coverage: Coverage): readonly string[] {
  const [kind, channel = '', name] = id.split('/');
  return kind === 'channel' && name !== undefined && coverage.channels.includes(channel)
    ? [`case:${channel}/${name}`]
    : [];
}

function entryOf(requirement: Requirement, proof: readonly string[], rows: readonly EvidenceRow[]): ManifestEntry {
  const own = rows.filter((row) => isAbout(row, requirement.id));
  const better = own.find((row) => row.better !== undefined)?.better;
  const evidence = [...new Set([...proof, ...own.flatMap((row) => row.evidence)])].toSorted();
  return { ...requirement, evidence, ...(better !== undefined && { better }) };
}
