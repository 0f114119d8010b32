import type { Config } from '@chela/config';

/** A time as people say it, in the user's zone: `Monday, November 23rd, 2026 — 2:01 PM`. */
export function humanTime(config: Config, now: number): { readonly text: string; readonly zone: string } {
  const defaults = config.agents?.defaults;
  const zone = usableZone(defaults?.userTimezone);
  const hour12 = defaults?.timeFormat !== '24';
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    weekday: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: hour12 ? 'numeric' : '2-digit',
    minute: '2-digit',
    hourCycle: hour12 ? 'h12' : 'h23',
  });
  const part = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
  const day = `${part.weekday}, ${part.month} ${ordinal(Number(part.day))}, ${part.year}`;
  return { text: `${day} — ${part.hour}:${part.minute}${hour12 ? ` ${part.dayPeriod}` : ''}`, zone };
}

function usableZone(configured: string | undefined): string {
  const host = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const wanted = configured?.trim();
  if (!wanted) return host;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: wanted }).resolvedOptions().timeZone;
  } catch {
    return host;
  }
}

function ordinal(day: number): string {
  const teen = day % 100 >= 11 && day % 100 <= 13;
  const ending = teen ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th');
  return `${day}${ending}`;
}
