import type { TablesResult } from '../golden/run-tables.ts';
import type { TableFile } from '../golden/table.ts';
import type { ScenarioFile } from '../scenario/load-scenarios.ts';
import type { ScenarioResult } from '../scenario/run-batches.ts';
import type { Coverage } from './coverage.ts';
import type { ScoreRow } from './scorecard.ts';

/** One row a subsystem; traces without a result are not covered. */
export function traceRows(entries: readonly ScenarioFile[], results: readonly ScenarioResult[]): readonly ScoreRow[] {
  const bySubsystem = Map.groupBy(entries, ({ scenario }) => scenario.subsystem);
  return [...bySubsystem].map(([name, members]) => {
    const own = results.filter(({ subsystem }) => subsystem === name);
    const passed = own.filter(({ ok }) => ok).length;
    return { name, kind: 'traces', passed, failed: own.length - passed, notCovered: members.length - own.length };
  });
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
