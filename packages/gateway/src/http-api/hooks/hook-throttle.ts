import type { Clock } from '@chela/observability';

/** Counts wrong hook tokens an address (reference protocol/http.md §5). A right token always passes. */
export interface HookThrottle {
  /** Milliseconds the address has to wait; 0: it is told that the token is wrong. */
  failed(ip: string): number;
  succeeded(ip: string): void;
}

const FAILURES_LIMIT = 20;
const WINDOW_MS = 60_000;
const ADDRESSES_LIMIT = 2_048;

export function createHookThrottle(clock: Clock): HookThrottle {
  const failures = new Map<string, { readonly since: number; count: number }>();
  return {
    failed(ip) {
      const now = clock.now();
      const known = failures.get(ip);
      const entry = known && now - known.since < WINDOW_MS ? known : { since: now, count: 0 };
      entry.count += 1;
      failures.delete(ip);
      failures.set(ip, entry);
      const oldest = failures.keys().next().value;
      if (failures.size > ADDRESSES_LIMIT && oldest !== undefined) failures.delete(oldest);
      return entry.count > FAILURES_LIMIT ? entry.since + WINDOW_MS - now : 0;
    },
    succeeded: (ip) => void failures.delete(ip),
  };
}
