import type { Decision } from '../decision.ts';

/** A repeated id gets the same decision, also while the first is still being made (reference defender/defender.md §A). */
export interface DecisionCache {
  get(id: string): Promise<Decision> | undefined;
  set(id: string, decision: Promise<Decision>, limits: CacheLimits): void;
  clear(): void;
}

export interface CacheLimits {
  readonly ttlMs: number;
  readonly maxEntries: number;
}

export function createDecisionCache(deps: { readonly now: () => number }): DecisionCache {
  const entries = new Map<string, { readonly decision: Promise<Decision>; readonly until: number }>();
  return {
    get(id) {
      const entry = entries.get(id);
      if (entry === undefined) return undefined;
      if (entry.until > deps.now()) return entry.decision;
      entries.delete(id);
      return undefined;
    },
    set(id, decision, { ttlMs, maxEntries }) {
      entries.delete(id);
      entries.set(id, { decision, until: deps.now() + ttlMs });
      for (const oldest of entries.keys()) {
        if (entries.size <= maxEntries) break;
        entries.delete(oldest);
      }
    },
    clear: () => entries.clear(),
  };
}
