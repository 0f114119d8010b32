import type { FailoverReason } from '../driver.ts';
import { finiteNumber, objectOf } from '../json-shape.ts';
import { normalizeProvider } from '../refs.ts';
import type { ProfileStats } from './profiles.ts';

/** Arithmetic of resting profiles (reference agent/models.md §5.8). Pure; times are milliseconds since the epoch. */

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const COOLDOWN_MAX_MS = HOUR_MS;
const BILLING_BACKOFF_DEFAULT_HOURS = 5;
const BILLING_MAX_DEFAULT_HOURS = 24;
const FAILURE_WINDOW_DEFAULT_HOURS = 24;

export interface CooldownConfig {
  readonly billingBackoffMs: number;
  readonly billingMaxMs: number;
  readonly failureWindowMs: number;
}

/** Reads `auth.cooldowns` for a provider; values that are no positive number fall back to the defaults. */
export function cooldownConfig(cooldowns: unknown, provider: string): CooldownConfig {
  const raw = objectOf(cooldowns);
  const perProvider = Object.entries(objectOf(raw.billingBackoffHoursByProvider)).find(
    ([id]) => normalizeProvider(id) === normalizeProvider(provider),
  )?.[1];
  const hours = (value: unknown, fallback: number): number => {
    const count = finiteNumber(value);
    return (count !== undefined && count > 0 ? count : fallback) * HOUR_MS;
  };
  return {
    billingBackoffMs: hours(perProvider, hours(raw.billingBackoffHours, BILLING_BACKOFF_DEFAULT_HOURS) / HOUR_MS),
    billingMaxMs: hours(raw.billingMaxHours, BILLING_MAX_DEFAULT_HOURS),
    failureWindowMs: hours(raw.failureWindowHours, FAILURE_WINDOW_DEFAULT_HOURS),
  };
}

/** 1, 5, 25, then 60 minutes for the first, second, third and later failures in a row. */
export function cooldownMs(errorCount: number): number {
  const step = Math.min(Math.max(errorCount, 1) - 1, 3);
  return Math.min(COOLDOWN_MAX_MS, MINUTE_MS * 5 ** step);
}

/** Doubles with each billing failure up to the limit. */
export function billingDisableMs(billingFailures: number, baseMs: number, maxMs: number): number {
  const step = Math.min(Math.max(billingFailures, 1) - 1, 10);
  return Math.min(maxMs, Math.max(baseMs, MINUTE_MS) * 2 ** step);
}

/** The stats after one more failure. Counters start over when the last failure is older than the window. */
export function statsAfterFailure(
  existing: ProfileStats,
  reason: FailoverReason,
  nowMs: number,
  config: CooldownConfig,
): ProfileStats {
  const stale = existing.lastFailureAt !== undefined && nowMs - existing.lastFailureAt > config.failureWindowMs;
  const counts = stale ? {} : (existing.failureCounts ?? {});
  const errorCount = (stale ? 0 : (existing.errorCount ?? 0)) + 1;
  const failureCounts = { ...counts, [reason]: (counts[reason] ?? 0) + 1 };
  const next = { ...existing, errorCount, failureCounts, lastFailureAt: nowMs };
  if (reason === 'billing') {
    const rest = billingDisableMs(failureCounts.billing ?? 1, config.billingBackoffMs, config.billingMaxMs);
    return { ...next, disabledUntil: nowMs + rest, disabledReason: 'billing' };
  }
  return { ...next, cooldownUntil: nowMs + cooldownMs(errorCount) };
}

/** The stats after an answer: nothing rests any more. */
export function statsAfterSuccess(existing: ProfileStats, nowMs: number): ProfileStats {
  const { cooldownUntil: _c, disabledUntil: _d, disabledReason: _r, failureCounts: _f, ...kept } = existing;
  return { ...kept, errorCount: 0, lastUsed: nowMs };
}

/** Until when a profile rests; undefined when it does not. */
export function restingUntil(stats: ProfileStats | undefined, nowMs: number): number | undefined {
  const until = Math.max(stats?.cooldownUntil ?? 0, stats?.disabledUntil ?? 0);
  return until > nowMs ? until : undefined;
}

/** Drops rests that are over; a profile without any left starts counting from zero. */
export function clearExpiredRests(
  usageStats: Readonly<Record<string, ProfileStats>>,
  nowMs: number,
): { readonly changed: boolean; readonly usageStats: Readonly<Record<string, ProfileStats>> } {
  const next = Object.entries(usageStats).map(([id, stats]) => [id, clearExpired(stats, nowMs)] as const);
  return {
    changed: next.some(([id, stats]) => stats !== usageStats[id]),
    usageStats: Object.fromEntries(next),
  };
}

function clearExpired(stats: ProfileStats, nowMs: number): ProfileStats {
  const isOver = (until: number | undefined): boolean => until !== undefined && until > 0 && until <= nowMs;
  const coolOver = isOver(stats.cooldownUntil);
  const disableOver = isOver(stats.disabledUntil);
  if (!coolOver && !disableOver) return stats;
  const { cooldownUntil, disabledUntil, disabledReason, failureCounts, errorCount, ...rest } = stats;
  const left = {
    ...rest,
    ...(coolOver || cooldownUntil === undefined ? {} : { cooldownUntil }),
    ...(disableOver || disabledUntil === undefined ? {} : { disabledUntil }),
    ...(disableOver || disabledReason === undefined ? {} : { disabledReason }),
  };
  if (restingUntil(left, nowMs) === undefined) return { ...left, errorCount: 0 };
  return {
    ...left,
    ...(errorCount === undefined ? {} : { errorCount }),
    ...(failureCounts === undefined ? {} : { failureCounts }),
  };
}
