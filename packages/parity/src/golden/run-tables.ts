import { checkCase } from './check-case.ts';
import type { LoadedRunners } from './runners.ts';
import type { TableFile } from './table.ts';

interface CaseResult {
  readonly table: string;
  readonly id: string;
  readonly ok: boolean;
  readonly problems: readonly string[];
}

export interface TablesResult {
  readonly cases: readonly CaseResult[];
  /** Tables no runner knows. */
  readonly notCovered: readonly string[];
}

/** Runs the cases in the order of the tables. `only` keeps cases whose `table/id` contains one of the texts. */
export async function runTables(
  tables: readonly TableFile[],
  { runners, problems }: LoadedRunners,
  only: readonly string[] = [],
): Promise<TablesResult> {
  const cases: CaseResult[] = problems.map((problem) => ({
    table: 'runners',
    id: problem.split(':')[0] ?? '',
    ok: false,
    problems: [problem],
  }));
  const notCovered: string[] = [];
  for (const { name, table } of tables) {
    const run = runners.get(name);
    if (!run) {
      notCovered.push(name);
      continue;
    }
    for (const goldenCase of table.cases) {
      const label = `${name}/${goldenCase.id}`;
      if (only.length > 0 && !only.some((text) => label.includes(text))) continue;
      const found = await checkCase(run, goldenCase, table);
      cases.push({ table: name, id: goldenCase.id, ok: found.length === 0, problems: found });
    }
  }
  return { cases, notCovered };
}
