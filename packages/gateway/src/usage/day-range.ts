import type { DayRange } from '@chela/store';

/** Stretches of UTC days that a usage report is about (reference protocol/methods.json usage.cost). Pure. */

const DEFAULT_DAYS = 30;
export const MS_PER_DAY = 24 * 60 * 60 * 1000;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** `2026-13-45` means what a calendar makes of it; anything that is no date is undefined. */
function dayStart(value: unknown): number | undefined {
  const [, year, month, day] = (typeof value === 'string' && DATE.exec(value)) || [];
  if (year === undefined) return undefined;
  return Date.UTC(Number(year), Number(month) - 1, Number(day));
}

export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Both dates, else the last `days` days with today, else the last 30. */
export function dayRange(
  asked: { readonly startDate?: unknown; readonly endDate?: unknown; readonly days?: unknown },
  nowMs: number,
): DayRange {
  const from = dayStart(asked.startDate);
  const to = dayStart(asked.endDate);
  if (from !== undefined && to !== undefined) return { from: dayOf(from), to: dayOf(to) };
  return { from: dayOf(nowMs - (daysAsked(asked.days) - 1) * MS_PER_DAY), to: dayOf(nowMs) };
}

function daysAsked(value: unknown): number {
  const days = typeof value === 'string' ? Number(value.trim() || Number.NaN) : value;
  return typeof days === 'number' && Number.isFinite(days) ? Math.max(1, Math.floor(days)) : DEFAULT_DAYS;
}

/** Days as `usage.cost` counts them: the end of the last day belongs to the next one. Below one for a range that ends before it begins. */
export function countedDays({ from, to }: DayRange): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / MS_PER_DAY) + 2;
}
