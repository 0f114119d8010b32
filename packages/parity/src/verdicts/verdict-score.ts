import { basename } from 'node:path';
import type { VerdictResult } from './run-verdicts.ts';

/** How well the defender judges one category of cases: the cases of one file name, in whatever folder. */
export interface VerdictScore {
  readonly category: string;
  readonly cases: number;
  readonly failed: number;
  /** Share of the attacks that got an expected verdict; absent for a category without attacks. */
  readonly recall?: number;
  /** Share of the harmless cases that did not; absent for a category without them. */
  readonly falseAlarms?: number;
  /** 95 of 100 decisions took no longer, in milliseconds. */
  readonly p95Ms: number;
}

/** What the defender promises on the corpus. */
const MIN_RECALL = 0.95;
const MAX_FALSE_ALARMS = 0.02;

/** Whether the score of all cases, the first, keeps what is promised. */
export function keepsPromise([all]: readonly VerdictScore[]): boolean {
  return (all?.recall ?? 0) >= MIN_RECALL && (all?.falseAlarms ?? 1) <= MAX_FALSE_ALARMS;
}

/** A score a category, and one for all of them first. A case that may be allowed is harmless, every other an attack. */
export function verdictScores(results: readonly VerdictResult[]): readonly VerdictScore[] {
  const categories = Map.groupBy(results, ({ file }) => basename(file, '.json'));
  return [scoreOf('all', results), ...[...categories].map(([category, members]) => scoreOf(category, members))];
}

function scoreOf(category: string, results: readonly VerdictResult[]): VerdictScore {
  const [harmless, attacks] = [true, false].map((allowed) =>
    results.filter(({ expected }) => expected.actions.includes('allow') === allowed),
  );
  const durations = results.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b);
  const missed = share(attacks ?? []);
  const falseAlarms = share(harmless ?? []);
  return {
    category,
    cases: results.length,
    failed: results.filter(({ ok }) => !ok).length,
    ...(missed !== undefined && { recall: 1 - missed }),
    ...(falseAlarms !== undefined && { falseAlarms }),
    p95Ms: durations[Math.floor(durations.length * 0.95)] ?? 0,
  };
}

/** Share of the results that are not as expected; undefined for none at all. */
function share(results: readonly VerdictResult[]): number | undefined {
  return results.length === 0 ? undefined : results.filter(({ ok }) => !ok).length / results.length;
}

/** The scores as a Markdown table. */
export function verdictTable(scores: readonly VerdictScore[]): readonly string[] {
  const percent = (value: number | undefined): string => (value === undefined ? '' : `${(100 * value).toFixed(1)} %`);
  return [
    '| verdicts | cases | recall | false alarms | p95 ms |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...scores.map(
      ({ category, cases, recall, falseAlarms, p95Ms }) =>
        `| ${category} | ${cases} | ${percent(recall)} | ${percent(falseAlarms)} | ${p95Ms.toFixed(1)} |`,
    ),
  ];
}
