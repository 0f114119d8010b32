import type { RunOutcome } from './runtime.ts';

/** Keeps the newest outcomes, so that a question about a run that just ended needs no look into the store. */
export interface OutcomeCache {
  get(id: string): RunOutcome | undefined;
  put(id: string, outcome: RunOutcome): void;
}

export function createOutcomeCache(maxEntries: number): OutcomeCache {
  const kept = new Map<string, RunOutcome>();
  return {
    get: (id) => kept.get(id),
    put(id, outcome) {
      kept.delete(id);
      kept.set(id, outcome);
      const [oldest] = kept.keys();
      if (kept.size > maxEntries && oldest !== undefined) kept.delete(oldest);
    },
  };
}
