import type { Config } from '@chela/config';
import type { InboundMessage } from '../contract/inbound.ts';
import { conversationLabel, messageText } from './message-text.ts';

/**
 * A message in one line with its origin, as logs show it and echoes are known by:
 * `[Telegram Ann Lee +2m Tue 2026-02-17 10:00 UTC] hello` (reference channels/framework.md §4). Pure.
 */
export function envelope(facts: {
  readonly config: Config;
  /** Of the channel, e.g. `Telegram`. */
  readonly label: string;
  readonly message: InboundMessage;
  /** When the session was last used; milliseconds since the epoch. */
  readonly lastUsedAt?: number;
  /** IANA name of the machine's own time zone. */
  readonly hostZone: string;
}): string {
  const { config, message } = facts;
  const { sender, at } = message;
  const defaults = config.agents?.defaults;
  const person = sender.name ?? sender.username ?? sender.tag ?? sender.id;
  const isDirect = message.conversation.type === 'direct';
  const from = conversationLabel(message.conversation) ?? person;
  const hasElapsed = facts.lastUsedAt !== undefined && defaults?.envelopeElapsed !== 'off';
  const elapsed = hasElapsed ? `+${elapsedText(at - (facts.lastUsedAt ?? at))}` : '';
  const time = defaults?.envelopeTimestamp === 'off' ? '' : timeText(at, zoneOf(config, facts.hostZone));
  const head = [facts.label, from, elapsed, time].flatMap((part) => (part === '' ? [] : [headerPart(part)]));
  const body = messageText(message);
  return `[${head.join(' ')}] ${isDirect ? body : `${headerPart(person)}: ${body}`}`;
}

function headerPart(text: string): string {
  return text
    .replaceAll('[', '(')
    .replaceAll(']', ')')
    .replace(/\s*\n\s*/g, ' ');
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

function elapsedText(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(0, Math.floor(ms / 1000))}s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)}m`;
  return ms < DAY_MS ? `${Math.floor(ms / HOUR_MS)}h` : `${Math.floor(ms / DAY_MS)}d`;
}

function timeText(at: number, timeZone: string): string {
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
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part.weekday} ${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute} ${part.timeZoneName}`;
}

/** `envelopeTimezone`: local (default), utc, user or an IANA name; a name that nobody knows is UTC. */
function zoneOf(config: Config, hostZone: string): string {
  const defaults = config.agents?.defaults;
  const wanted = typeof defaults?.envelopeTimezone === 'string' ? defaults.envelopeTimezone.trim() : 'local';
  const zone = wanted === 'user' ? (defaults?.userTimezone ?? hostZone) : wanted === 'local' ? hostZone : wanted;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}
