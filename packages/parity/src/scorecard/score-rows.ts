import { type AnyCase, nameOf } from '../channels/channel-case.ts';
import type { CaseResult } from '../channels/run-channel-cases.ts';
import type { Outcome } from '../evidence/outcomes.ts';
import type { TablesResult } from '../golden/run-tables.ts';
import type { TableFile } from '../golden/table.ts';
import type { ManifestEntry } from '../manifest/requirement.ts';
import { subsystemOfTable, subsystemOfTraceGroup } from '../manifest/subsystems.ts';
import type { ScenarioFile } from '../scenario/load-scenarios.ts';
import type { ScenarioResult } from '../scenario/run-batches.ts';
import type { Coverage } from './coverage.ts';
import { requirementStatus } from './requirement-status.ts';
import { type Count, NOTHING, type ScoreRow, sum } from './scorecard.ts';

/** What was compared of one subsystem: traces without a result are not covered. */
export function traceCounts(
  entries: readonly ScenarioFile[],
  results: readonly ScenarioResult[],
): readonly (readonly [subsystem: string, count: Count])[] {
  const bySubsystem = Map.groupBy(entries, ({ scenario }) => scenario.subsystem);
  return [...bySubsystem].map(([name, members]) => {
    const own = results.filter(({ subsystem }) => subsystem === name);
    const passed = own.filter(({ ok }) => ok).length;
    const count = { passed, failed: own.length - passed, notCovered: members.length - own.length };
    return [subsystemOfTraceGroup(name), count];
  });
}

/** The cases of each table. A table the release claims and no runner knows fails whole. */
export function tableCounts(
  tables: readonly TableFile[],
  result: TablesResult,
  coverage: Coverage,
): readonly (readonly [subsystem: string, count: Count])[] {
  return tables.map(({ name, table }) => {
    const size = table.cases.length;
    const isMissing = result.notCovered.includes(name);
    if (isMissing && !coverage.golden.includes(name)) return [subsystemOfTable(name), { ...NOTHING, notCovered: size }];
    const passed = result.cases.filter((one) => one.table === name && one.ok).length;
    return [subsystemOfTable(name), { passed, failed: size - passed, notCovered: 0 }];
  });
}

/** The golden cases of each channel: those without a result are not covered. */
export function channelCounts(
  cases: readonly AnyCase[],
  results: readonly CaseResult[],
): readonly (readonly [subsystem: string, count: Count])[] {
  const byChannel = Map.groupBy(cases, (one) => one.case.channel);
  return [...byChannel].map(([channel, members]) => {
    const names = new Set(members.map(nameOf));
    const own = results.filter(({ name }) => names.has(name));
    const passed = own.filter(({ ok }) => ok).length;
    return [`channel ${channel}`, { passed, failed: own.length - passed, notCovered: members.length - own.length }];
  });
}

/** One row a subsystem. */
export function scoreRows(
  manifest: readonly ManifestEntry[],
  compared: readonly (readonly [subsystem: string, count: Count])[],
  outcome: (id: string) => Outcome,
): readonly ScoreRow[] {
  const entries = Map.groupBy(manifest, ({ subsystem }) => subsystem);
  const counts = Map.groupBy(compared, ([subsystem]) => subsystem);
  return [...new Set([...entries.keys(), ...counts.keys()])].map((name) => ({
    name,
    requirements: sum((entries.get(name) ?? []).map((entry) => countOf(entry, outcome))),
    evidence: sum((counts.get(name) ?? []).map(([, count]) => count)),
  }));
}

function countOf(entry: ManifestEntry, outcome: (id: string) => Outcome): Count {
  const status = requirementStatus(entry, outcome);
  return {
    passed: status === 'passed' ? 1 : 0,
    failed: status === 'failed' ? 1 : 0,
    notCovered: status === 'not covered' ? 1 : 0,
  };
}
