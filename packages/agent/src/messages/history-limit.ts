import { isRecord } from './content-parts.ts';

/** How many turns of the past a channel sends along (reference agent/sessions.md §6.6). Pure. */

/** Keeps the last `limit` user turns; everything for a missing or non-positive limit. */
export function lastTurns<M>(
  messages: readonly M[],
  limit: number | undefined,
  isUser: (message: M) => boolean,
): readonly M[] {
  if (limit === undefined || limit <= 0) return messages;
  const starts = messages.flatMap((message, index) => (isUser(message) ? [index] : []));
  const from = starts.length > limit ? starts.at(-limit) : undefined;
  return from === undefined ? messages : messages.slice(from);
}

const THREAD_SUFFIX = /:(?:thread|topic):[^:]+$/i;

/** The limit configured for the conversation behind a session key; undefined when there is none. */
export function historyLimitFor(config: unknown, sessionKey: string): number | undefined {
  const parts = sessionKey.split(':').filter((part) => part !== '');
  const [channel = '', kind = '', ...rest] = parts[0] === 'agent' ? parts.slice(2) : parts;
  const channels = isRecord(config) ? config.channels : undefined;
  const settings = isRecord(channels) ? channels[channel.toLowerCase()] : undefined;
  if (!isRecord(settings)) return undefined;
  if (kind === 'group' || kind === 'channel') return countOf(settings.historyLimit);
  if (kind !== 'direct' && kind !== 'dm') return undefined;
  const peers = settings.dms;
  const peer = isRecord(peers) ? peers[rest.join(':').replace(THREAD_SUFFIX, '')] : undefined;
  const own = isRecord(peer) ? countOf(peer.historyLimit) : undefined;
  return own ?? countOf(settings.dmHistoryLimit);
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
