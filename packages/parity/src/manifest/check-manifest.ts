/** What is wrong with the manifest: it must name every requirement and claim no more than what ran and passed. */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadChannelCases, nameOf } from '../channels/channel-case.ts';
import { CHECKOUT, CORPUS_CHANNELS, CORPUS_GOLDEN, CORPUS_TRACES } from '../default-gateway.ts';
import { type Outcome, outcomeLookup } from '../evidence/outcomes.ts';
import { loadTables } from '../golden/table.ts';
import { loadScenarios, scenarioName } from '../scenario/load-scenarios.ts';
import type { Scorecard } from '../scorecard/scorecard.ts';
import { parseEvidenceId } from './evidence-id.ts';
import { type EvidenceRow, fits, loadEvidenceMap } from './evidence-map.ts';
import { manifestText } from './manifest-file.ts';
import type { ManifestEntry } from './requirement.ts';
import { benchEvidence, loadThresholds } from './thresholds.ts';

export interface CheckInput {
  /** As the data give it now. */
  readonly built: readonly ManifestEntry[];
  /** As the file has it. */
  readonly written: readonly ManifestEntry[];
  readonly scorecard: Scorecard;
}

/** One line a problem; empty: the manifest is true. */
export async function checkManifest({ built, written, scorecard }: CheckInput): Promise<readonly string[]> {
  const [rows, exists, better] = await Promise.all([loadEvidenceMap(), evidenceExists(), betterRows()]);
  return [
    ...coverageProblems(built, written),
    ...rowProblems(rows, built),
    ...evidenceProblems(written, exists, outcomeLookup(scorecard.outcomes)),
    ...written
      .filter((entry) => entry.better !== undefined && !better.has(entry.better))
      .map(({ id, better: row }) => `${id}: docs/compatibility.md has no row "${row}"`),
  ];
}

export function coverageProblems(
  built: readonly ManifestEntry[],
  written: readonly ManifestEntry[],
): readonly string[] {
  const known = new Set(written.map(({ id }) => id));
  const missing = built.filter(({ id }) => !known.has(id)).map(({ id }) => `${id}: no entry`);
  if (missing.length > 0) return missing;
  return manifestText(built) === manifestText(written) ? [] : ['parity/manifest.json is stale: run `parity manifest`'];
}

/** A row of the reviewed map that is about nothing is a mistake of spelling. */
export const rowProblems = (rows: readonly EvidenceRow[], built: readonly ManifestEntry[]): readonly string[] =>
  rows
    .flatMap(({ ids }) => ids)
    .filter((pattern) => !built.some(({ id }) => fits(pattern, id)))
    .map((pattern) => `evidence.json: ${pattern} is no requirement`);

/** Evidence that does not exist, did not run, or failed. */
export function evidenceProblems(
  entries: readonly ManifestEntry[],
  exists: (id: string) => boolean,
  outcome: (id: string) => Outcome,
): readonly string[] {
  const claims = Map.groupBy(
    entries.flatMap(({ id, evidence }) => evidence.map((one) => [one, id] as const)),
    ([one]) => one,
  );
  return [...claims].flatMap(([evidence, by]) => {
    const claimedBy = `claimed by ${by[0]?.[1]}${by.length > 1 ? ` and ${by.length - 1} more` : ''}`;
    if (!exists(evidence)) return [`${evidence} does not exist (${claimedBy})`];
    const seen = outcome(evidence);
    return seen === 'passed' ? [] : [`${evidence} ${seen} in the last score (${claimedBy})`];
  });
}

/** Whether a piece of evidence is in the checkout. */
async function evidenceExists(): Promise<(id: string) => boolean> {
  const [scenarios, tables, cases, thresholds, rows] = await Promise.all([
    loadScenarios([CORPUS_TRACES]),
    loadTables([CORPUS_GOLDEN]),
    loadChannelCases([CORPUS_CHANNELS]),
    loadThresholds(),
    loadEvidenceMap(),
  ]);
  const files = await existingFiles(rows);
  const names = new Set([
    ...scenarios.map(({ scenario }) => `trace:${scenarioName(scenario)}`),
    ...tables.map(({ name }) => `table:${name}`),
    ...cases.map((one) => `case:${nameOf(one)}`),
    ...thresholds.map(benchEvidence),
  ]);
  // Whether a file has a test of the title is told by its having run: titles are made while tests are collected.
  return (id) => {
    const parsed = parseEvidenceId(id);
    return parsed?.kind === 'test' ? files.has(parsed.path) : names.has(id);
  };
}

/** The test files that the map names and the checkout has. */
async function existingFiles(rows: readonly EvidenceRow[]): Promise<ReadonlySet<string>> {
  const paths = new Set<string>();
  for (const id of rows.flatMap(({ evidence }) => evidence)) {
    const parsed = parseEvidenceId(id);
    if (parsed?.kind === 'test') paths.add(parsed.path);
  }
  const found = await Promise.all(
    [...paths].map(async (path) =>
      access(join(CHECKOUT, path)).then(
        () => [path],
        () => [],
      ),
    ),
  );
  return new Set(found.flat());
}

/** First cells of the table "Better on purpose". */
async function betterRows(): Promise<ReadonlySet<string>> {
  const page = await readFile(join(CHECKOUT, 'docs', 'compatibility.md'), 'utf8');
  return new Set([...page.matchAll(/^\| ([^|]+) \|/gm)].map(([, cell]) => cell?.trim() ?? ''));
}
