/** What became of each piece of evidence that ran; what is in neither list did not run. */
export interface Outcomes {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

export type Outcome = 'passed' | 'failed' | 'did not run';

/** Looks outcomes up by evidence id. */
export function outcomeLookup({ passed, failed }: Outcomes): (id: string) => Outcome {
  const good = new Set(passed);
  const bad = new Set(failed);
  return (id) => (bad.has(id) ? 'failed' : good.has(id) ? 'passed' : 'did not run');
}

/** Outcomes of ids in a stable order, each once. */
export function outcomesOf(results: Iterable<readonly [id: string, ok: boolean]>): Outcomes {
  const byId = new Map<string, boolean>();
  for (const [id, ok] of results) byId.set(id, ok && (byId.get(id) ?? true));
  const ids = (ok: boolean): readonly string[] =>
    [...byId]
      .filter(([, value]) => value === ok)
      .map(([id]) => id)
      .toSorted();
  return { passed: ids(true), failed: ids(false) };
}
