import type { Clock } from '@chela/observability';

const ENTRIES_LIMIT = 100;

/** Answers of web tools for a while, by key; the oldest go when there are too many (reference agent/tools.md ). */
export interface PageCache<T> {
  get(key: string): T | undefined;
  put(key: string, value: T, ttlMs: number): void;
}

export function createPageCache<T>(clock: Clock): PageCache<T> {
  const entries = new Map<string, { readonly value: T; readonly until: number }>();
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (entry.until > clock.now()) return entry.value;
      entries.delete(key);
      return undefined;
    },
    put(key, value, ttlMs) {
      if (ttlMs <= 0) return;
      entries.delete(key);
      entries.set(key, { value, until: clock.now() + ttlMs });
      const oldest = entries.size > ENTRIES_LIMIT ? entries.keys().next().value : undefined;
      if (oldest !== undefined) entries.delete(oldest);
    },
  };
}
