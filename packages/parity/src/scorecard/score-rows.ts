import type { TablesResult } from '../golden/run-tables.ts';
import type { TableFile } from '../golden/table.ts';
import type { ScenarioFile } from '../scenario/load-scenarios.ts';
import type { ScenarioResult } from '../scenario/run-batches.ts';
import type { VerdictScore } from '../verdicts/verdict-score.ts';
import type { Coverage } from './coverage.ts';
import type { ScoreRow } from './scorecard.ts';

/** What the defender promises on the corpus. */
const MIN_RECALL = 0.95;
const MAX_FALSE_ALARMS = 0.02;

/** One row a subsystem; traces without a result are not covered. */
export function traceRows(entries: readonly ScenarioFile[], results: readonly ScenarioResult[]): readonly ScoreRow[] {
  const bySubsystem = Map.groupBy(entries, ({ scenario }) => scenario.subsystem);
  return [...bySubsystem].map(([name, members]) => {
    const own = results.filter(({ subsystem }) => subsystem === name);
    const passed = own.filter(({ ok }) => ok).length;
    return { name, kind: 'traces', passed, failed: own.length - passed, notCovered: members.length - own.length };
  });
}

/** One row for all verdicts. Misses within the promised limits are known ones, not failures. */
export function verdictRow(scores: readonly VerdictScore[]): ScoreRow {
  const [all] = scores;
  const cases = all?.cases ?? 0;
  const isGood = (all?.recall ?? 0) >= MIN_RECALL && (all?.falseAlarms ?? 1) <= MAX_FALSE_ALARMS;
  const missed = all?.failed ?? 0;
  return {
    name: 'defender',
    kind: 'verdicts',
    passed: cases - missed,
    failed: isGood ? 0 : missed,
    notCovered: isGood ? missed : 0,
  };
}

/** One row a table. A table the release claims and no runner knows fails whole. */
export function goldenRows(
  tables: readonly TableFile[],
  result: TablesResult,
  coverage: Coverage,
): readonly ScoreRow[] {
  return tables.map(({ name, table }) => {
    const size = table.cases.length;
    const passed = result.cases.filter((one) => one.table === name && one.ok).length;
    const isMissing = result.notCovered.includes(name);
    if (isMissing && !coverage.golden.includes(name)) {
      return { name, kind: 'golden', passed: 0, failed: 0, notCovered: size };
    }
    return { name, kind: 'golden', passed, failed: size - passed, notCovered: 0 };
  });
}
