import { createMinuteText } from '@chela/agent';
import type { Config } from '@chela/config';
import type { InboundMessage } from '../contract/inbound.ts';
import { conversationLabel, messageText } from './message-text.ts';

export interface EnvelopeFacts {
  readonly config: Config;
  /** Of the channel, e.g. `Telegram`. */
  readonly label: string;
  readonly message: InboundMessage;
  /** When the session was last used; milliseconds since the epoch. */
  readonly lastUsedAt?: number;
}

/**
 * Makes the function that writes a message in one line with its origin, as logs show it and echoes are known by:
 * `[Telegram Ann Lee +2m Tue 2026-02-17 10:00 UTC] hello` (reference channels/framework.md §4). `hostZone`: IANA name of
 * the machine's own time zone.
 */
export function createEnvelope(hostZone: string): (facts: EnvelopeFacts) => string {
  const minuteText = createMinuteText();
  const zones = createZoneReader(hostZone);
  return (facts) => envelope(facts, (at) => minuteText(at, zones(facts.config)));
}

function envelope(facts: EnvelopeFacts, minuteText: (at: number) => string): string {
  const { config, message } = facts;
  const { sender, at } = message;
  const defaults = config.agents?.defaults;
  const person = sender.name ?? sender.username ?? sender.tag ?? sender.id;
  const isDirect = message.conversation.type === 'direct';
  const from = conversationLabel(message.conversation) ?? person;
  const hasElapsed = facts.lastUsedAt !== undefined && defaults?.envelopeElapsed !== 'off';
  const elapsed = hasElapsed ? `+${elapsedText(at - (facts.lastUsedAt ?? at))}` : '';
  const time = defaults?.envelopeTimestamp === 'off' ? '' : minuteText(at);
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

/** `envelopeTimezone`: local (default), utc, user or an IANA name; a name that nobody knows is UTC. */
function createZoneReader(hostZone: string): (config: Config) => string {
  let last: { readonly wanted: string; readonly zone: string } | undefined;
  return (config) => {
    const defaults = config.agents?.defaults;
    const named = typeof defaults?.envelopeTimezone === 'string' ? defaults.envelopeTimezone.trim() : 'local';
    const wanted = named === 'user' ? (defaults?.userTimezone ?? hostZone) : named === 'local' ? hostZone : named;
    if (last?.wanted !== wanted) last = { wanted, zone: knownZone(wanted) };
    return last.zone;
  };
}

function knownZone(wanted: string): string {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: wanted }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}
