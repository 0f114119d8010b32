import type { Config } from '@chela/config';
import { usableTimeZone } from '../messages/message-stamp.ts';
import type { SystemEvent } from './system-events.ts';

/** The lines that put notes in front of a message: `System: [2026-02-17 15:04:05 UTC] text` (reference agent/sessions.md §6.3). */
export function systemEventLines(events: readonly SystemEvent[], config: Config, hostZone: string): string {
  if (events.length === 0) return '';
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zoneOf(config, hostZone),
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  });
  return events.map(({ text, at }) => `System: [${stamp(format, at)}] ${text}`).join('\n');
}

function stamp(format: Intl.DateTimeFormat, at: number): string {
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}:${part.second} ${part.timeZoneName}`;
}

/** `agents.defaults.envelopeTimezone`: utc, local (default), user or an IANA name. */
function zoneOf(config: Config, hostZone: string): string {
  const defaults = config.agents?.defaults;
  const wanted = typeof defaults?.envelopeTimezone === 'string' ? defaults.envelopeTimezone.trim() : '';
  const word = wanted.toLowerCase();
  if (word === 'utc' || word === 'gmt') return 'UTC';
  if (word === '' || word === 'local') return hostZone;
  return usableTimeZone(word === 'user' ? defaults?.userTimezone : wanted, hostZone);
}
