/** `[Tue 2026-02-17 15:04 UTC] ` before a message (reference agent/sessions.md §6.2). */

const ALREADY_STAMPED = /^\[[^\]]*\d{4}-\d{2}-\d{2} \d{2}:\d{2}/;
const CARRIES_TIME = 'Current time: ';

/** Makes the function that stamps messages in one time zone. Building the formatter is the expensive part: keep it. */
export function createMessageStamp(timeZone: string): (text: string, now: number) => string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  });
  return (text, now) => {
    if (text.trim() === '' || ALREADY_STAMPED.test(text.trimStart()) || text.includes(CARRIES_TIME)) return text;
    const parts = Object.fromEntries(format.formatToParts(now).map((part) => [part.type, part.value]));
    const day = `${parts.weekday} ${parts.year}-${parts.month}-${parts.day}`;
    return `[${day} ${parts.hour}:${parts.minute} ${parts.timeZoneName}] ${text}`;
  };
}

/** The configured zone when the platform knows it, else the host's own. */
export function usableTimeZone(configured: string | undefined, host: string): string {
  const zone = configured?.trim() ?? '';
  if (zone === '') return host;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return zone;
  } catch {
    return host;
  }
}
