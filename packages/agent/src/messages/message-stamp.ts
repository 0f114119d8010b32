import { createMinuteText } from './minute-text.ts';

/** `[Tue 2026-02-17 15:04 UTC] ` before a message (reference agent/sessions.md §6.2). */

const ALREADY_STAMPED = /^\[[^\]]*\d{4}-\d{2}-\d{2} \d{2}:\d{2}/;
const CARRIES_TIME = 'Current time: ';

/** Makes the function that stamps messages in one time zone. */
export function createMessageStamp(timeZone: string): (text: string, now: number) => string {
  const minuteText = createMinuteText();
  return (text, now) => {
    if (text.trim() === '' || ALREADY_STAMPED.test(text.trimStart()) || text.includes(CARRIES_TIME)) return text;
    return `[${minuteText(now, timeZone)}] ${text}`;
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
