/**
 * Counts failed authentication attempts a scope and address in a sliding window and locks the pair out when it had too
 * many (reference protocol/protocol.md §2.4). Exists only while `gateway.auth.rateLimit` is configured; the settings
 * are read at each decision. Entries are pruned once a minute and capped, so that an attacker cannot grow the table.
 */
import type { Clock } from '@chela/observability';
import { isLoopbackAddress } from './address.ts';

export type RateLimitScope = 'shared-secret' | 'device-token';

export interface RateLimitSettings {
  readonly maxAttempts?: number;
  readonly windowMs?: number;
  readonly lockoutMs?: number;
  readonly exemptLoopback?: boolean;
}

export interface RateLimiter {
  /** Milliseconds until the pair may try again; 0 when it may try now. */
  lockedForMs(scope: RateLimitScope, ip: string): number;
  failed(scope: RateLimitScope, ip: string): void;
  succeeded(scope: RateLimitScope, ip: string): void;
}

const DEFAULT_MAX_ATTEMPTS = 10;
const DEFAULT_WINDOW_MS = 60_000;
const DEFAULT_LOCKOUT_MS = 300_000;
const PRUNE_INTERVAL_MS = 60_000;
const ENTRIES_LIMIT = 10_000;

interface Entry {
  attempts: number[];
  lockedUntil: number;
}

export function createRateLimiter(deps: {
  readonly clock: Clock;
  readonly settings: () => RateLimitSettings | undefined;
}): RateLimiter {
  const entries = new Map<string, Entry>();
  let prunedAt = deps.clock.now();

  const active = (ip: string): RateLimitSettings | undefined => {
    const settings = deps.settings();
    return settings && !((settings.exemptLoopback ?? true) && isLoopbackAddress(ip)) ? settings : undefined;
  };

  function prune(now: number, windowMs: number): void {
    if (now - prunedAt < PRUNE_INTERVAL_MS) return;
    prunedAt = now;
    for (const [key, entry] of entries) {
      if (entry.lockedUntil <= now && entry.attempts.every((at) => at <= now - windowMs)) entries.delete(key);
    }
  }

  return {
    lockedForMs(scope, ip) {
      if (!active(ip)) return 0;
      const entry = entries.get(`${scope}:${ip}`);
      return Math.max(0, (entry?.lockedUntil ?? 0) - deps.clock.now());
    },
    failed(scope, ip) {
      const settings = active(ip);
      if (!settings) return;
      const now = deps.clock.now();
      const windowMs = settings.windowMs ?? DEFAULT_WINDOW_MS;
      prune(now, windowMs);
      const key = `${scope}:${ip}`;
      const entry = entries.get(key) ?? { attempts: [], lockedUntil: 0 };
      entry.attempts = [...entry.attempts.filter((at) => at > now - windowMs), now];
      if (entry.attempts.length >= (settings.maxAttempts ?? DEFAULT_MAX_ATTEMPTS)) {
        entry.lockedUntil = now + (settings.lockoutMs ?? DEFAULT_LOCKOUT_MS);
        entry.attempts = [];
      }
      entries.delete(key);
      entries.set(key, entry);
      const oldest = entries.keys().next().value;
      if (entries.size > ENTRIES_LIMIT && oldest !== undefined) entries.delete(oldest);
    },
    succeeded(scope, ip) {
      entries.delete(`${scope}:${ip}`);
    },
  };
}
