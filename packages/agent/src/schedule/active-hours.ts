/** Hours in which heartbeats may speak (reference agent/sessions.md §13). Pure. */

export interface ActiveHours {
  readonly start?: string;
  readonly end?: string;
  /** `user`, `local` or an IANA name. */
  readonly timezone?: string;
}

const CLOCK_TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;
const DAY_MINUTES = 24 * 60;

/** True inside the window. A window that is missing, empty or wrongly written is always open; it may cross midnight. */
export function withinActiveHours(
  hours: ActiveHours | undefined,
  nowMs: number,
  zones: { readonly user: string; readonly host: string },
): boolean {
  const start = minutesOf(hours?.start, false);
  const end = minutesOf(hours?.end, true);
  if (start === undefined || end === undefined || start === end) return true;
  const now = minuteOfDay(nowMs, zoneOf(hours?.timezone, zones));
  if (now === undefined) return true;
  return start < end ? now >= start && now < end : now >= start || now < end;
}

function minutesOf(text: string | undefined, endOfDayAllowed: boolean): number | undefined {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '24:00') return endOfDayAllowed ? DAY_MINUTES : undefined;
  const match = CLOCK_TIME.exec(trimmed);
  return match === null ? undefined : Number(match[1]) * 60 + Number(match[2]);
}

function zoneOf(timezone: string | undefined, zones: { readonly user: string; readonly host: string }): string {
  const name = timezone?.trim() ?? '';
  if (name === '' || name === 'user') return zones.user;
  return name === 'local' ? zones.host : name;
}

function minuteOfDay(nowMs: number, timeZone: string): number | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    const parts = Object.fromEntries(format.formatToParts(nowMs).map((part) => [part.type, part.value]));
    return Number(parts.hour) * 60 + Number(parts.minute);
  } catch {
    return undefined;
  }
}
