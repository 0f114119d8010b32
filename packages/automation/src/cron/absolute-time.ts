/** Points in time as people and older releases write them (reference agent/automation.md §1.3). Pure. */

const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;
const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/;
const MINUTE_MS = 60_000;
const PAST_GRACE_MS = MINUTE_MS;
const YEAR_MS = 365.25 * 24 * 60 * MINUTE_MS;
const MAX_YEARS_AHEAD = 10;

/** Milliseconds since the epoch; dates and times without a zone are UTC; undefined for anything that is no time. */
export function parseAbsoluteTime(raw: string): number | undefined {
  const text = raw.trim();
  if (text === '') return undefined;
  if (/^\d+$/.test(text)) return positive(Number(text));
  return positive(Date.parse(inUtc(text)));
}

function inUtc(text: string): string {
  if (DATE_ONLY.test(text)) return `${text}T00:00:00Z`;
  return WITHOUT_ZONE.test(text) ? `${text.replace(' ', 'T')}Z` : text;
}

function positive(value: number): number | undefined {
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** Why a one-shot time is refused, in the contract's words; undefined when it is fine. */
export function refusedTime(at: string, nowMs: number): string | undefined {
  const time = parseAbsoluteTime(at);
  if (time === undefined) return `Invalid schedule.at: expected ISO-8601 timestamp (got ${at})`;
  const aheadMs = time - nowMs;
  const iso = new Date(time).toISOString();
  if (aheadMs < -PAST_GRACE_MS) {
    const minutes = Math.floor(-aheadMs / MINUTE_MS);
    return `schedule.at is in the past: ${iso} (${minutes} minutes ago). Current time: ${new Date(nowMs).toISOString()}`;
  }
  if (aheadMs <= MAX_YEARS_AHEAD * YEAR_MS) return undefined;
  const years = Math.floor(aheadMs / YEAR_MS);
  return `schedule.at is too far in the future: ${iso} (${years} years ahead). Maximum allowed: ${MAX_YEARS_AHEAD} years`;
}
