import { createHash } from 'node:crypto';

/** Spreads jobs that everybody sets to the full hour (reference agent/automation.md §1.3). Pure. */

const TOP_OF_HOUR_STAGGER_MS = 300_000;

/** A written stagger in whole milliseconds; undefined when it is no number. */
export function readStaggerMs(raw: unknown): number | undefined {
  const value = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
  return typeof value === 'number' && Number.isFinite(value) ? Math.max(0, Math.floor(value)) : undefined;
}

/** The stagger that an expression gets when none is written: five minutes for each full hour, else none. */
export function defaultStaggerMs(expr: string): number | undefined {
  const fields = expr.trim().split(/\s+/).filter(Boolean);
  const [first, second, third] = fields;
  const isTopOfHour =
    (fields.length === 5 && first === '0' && second?.includes('*') === true) ||
    (fields.length === 6 && first === '0' && second === '0' && third?.includes('*') === true);
  return isTopOfHour ? TOP_OF_HOUR_STAGGER_MS : undefined;
}

export function staggerMs(schedule: { readonly expr: string; readonly staggerMs?: unknown }): number {
  return readStaggerMs(schedule.staggerMs) ?? defaultStaggerMs(schedule.expr) ?? 0;
}

/** How far a job is shifted inside its window: the same after every restart. */
export function staggerOffsetMs(jobId: string, windowMs: number): number {
  if (windowMs <= 1) return 0;
  return createHash('sha256').update(jobId).digest().readUInt32BE(0) % windowMs;
}
