/** What became of the evidence that does not come from the corpus: the tests and figures that the manifest names. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { isReached, loadBenchResults, measuredFigure } from '../evidence/bench-results.ts';
import { runTests } from '../evidence/run-tests.ts';
import { loadTestReports, type TestReports, testOutcome } from '../evidence/test-reports.ts';
import { parseEvidenceId } from '../manifest/evidence-id.ts';
import type { ManifestEntry } from '../manifest/requirement.ts';
import { benchEvidence, loadThresholds } from '../manifest/thresholds.ts';
import { SCORECARD_FOLDER } from './scorecard-file.ts';

/** The figures of the last measured run, kept with the scorecard. */
export const BENCH_FILE = join(SCORECARD_FOLDER, 'bench.json');

type Result = readonly [id: string, ok: boolean];

const claimed = (manifest: readonly ManifestEntry[]): readonly string[] => [
  ...new Set(manifest.flatMap(({ evidence }) => evidence)),
];

/** Reads the reports of a run that has been, or runs the named files when there is none. */
export async function testOutcomes(
  manifest: readonly ManifestEntry[],
  reportFiles: readonly string[],
  signal: AbortSignal,
): Promise<readonly Result[]> {
  const ids = claimed(manifest).filter((id) => parseEvidenceId(id)?.kind === 'test');
  const reports = reportFiles.length > 0 ? await loadTestReports(reportFiles) : await runNamed(ids, signal);
  return ids.flatMap((id): readonly Result[] => {
    const ok = testOutcome(reports, id);
    return ok === undefined ? [] : [[id, ok]];
  });
}

function runNamed(ids: readonly string[], signal: AbortSignal): Promise<TestReports> {
  const paths = ids.flatMap((id) => {
    const parsed = parseEvidenceId(id);
    return parsed?.kind === 'test' ? [parsed.path] : [];
  });
  return runTests([...new Set(paths)], signal);
}

/** Holds the figures of a bench run against the thresholds. */
export async function benchOutcomes(manifest: readonly ManifestEntry[], file: string): Promise<readonly Result[]> {
  if (!(await exists(file))) return [];
  const results = await loadBenchResults(file);
  const ids = new Set(claimed(manifest));
  return (await loadThresholds()).flatMap((threshold): readonly Result[] => {
    const id = benchEvidence(threshold);
    const figure = measuredFigure(results, threshold);
    return figure === undefined || !ids.has(id) ? [] : [[id, isReached(figure, threshold)]];
  });
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
