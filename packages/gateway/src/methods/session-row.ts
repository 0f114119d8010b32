import { classifySessionKey, groupDisplayName, parseSessionKey } from '@chela/agent';
import type { ModelRef } from '@chela/models';
import type { SessionRow } from '@chela/store';
import { isRecord } from './record.ts';
import { text } from './session-access.ts';
import { overrideOf } from './session-model.ts';

/** One row of `sessions.list` (reference protocol/methods.json, agent/sessions.md §3). Pure. */

/** Members that stand in the row as they stand in the entry. */
const COPIED_MEMBERS = [
  'label',
  'subject',
  'groupChannel',
  'space',
  'chatType',
  'origin',
  'systemSent',
  'abortedLastRun',
  'thinkingLevel',
  'verboseLevel',
  'reasoningLevel',
  'elevatedLevel',
  'sendPolicy',
  'responseUsage',
  'inputTokens',
  'outputTokens',
  'contextTokens',
] as const;

export type ListedSession = Readonly<Record<string, unknown>> & {
  readonly key: string;
  readonly displayName?: string;
};

export function listedSession({ key, entry }: SessionRow, fallback: ModelRef): ListedSession {
  const group = groupOf(key);
  const channel = text(entry.channel) ?? group?.channel;
  const displayName = nameOf(key, entry, channel, group?.id);
  const route = routeOf(entry);
  const model = overrideOf(entry, fallback) ?? fallback;
  const copied = COPIED_MEMBERS.flatMap((name) => (entry[name] === undefined ? [] : [[name, entry[name]]]));
  return {
    key,
    kind: classifySessionKey(key, text(entry.chatType)).kind,
    ...Object.fromEntries(copied),
    ...(displayName !== undefined && { displayName }),
    ...(channel !== undefined && { channel }),
    updatedAt: entry.updatedAt,
    ...(entry.sessionId && { sessionId: entry.sessionId }),
    ...freshTotal(entry),
    modelProvider: model.provider,
    model: model.model,
    ...(route !== undefined && {
      deliveryContext: route,
      lastChannel: route.channel,
      ...(route.to !== undefined && { lastTo: route.to }),
      ...(route.accountId !== undefined && { lastAccountId: route.accountId }),
    }),
  };
}

/** The total of the last turn, unless it is known to be out of date. */
export function freshTotal(entry: SessionRow['entry']): { totalTokens?: number; totalTokensFresh: boolean } {
  const { totalTokens } = entry;
  if (typeof totalTokens !== 'number' || entry.totalTokensFresh === false) return { totalTokensFresh: false };
  return { totalTokens, totalTokensFresh: true };
}

function groupOf(key: string): { readonly channel: string; readonly id: string } | undefined {
  const [channel, kind, ...id] = (parseSessionKey(key)?.rest ?? key).split(':');
  if (!channel || (kind !== 'group' && kind !== 'channel') || id.length === 0) return undefined;
  return { channel, id: id.join(':') };
}

function nameOf(
  key: string,
  entry: SessionRow['entry'],
  channel: string | undefined,
  id: string | undefined,
): string | undefined {
  const stored = text(entry.displayName);
  if (stored !== undefined) return stored;
  if (channel === undefined) return text(entry.label) ?? text(member(entry.origin, 'label'));
  const subject = text(entry.subject);
  const groupChannel = text(entry.groupChannel);
  const space = text(entry.space);
  return groupDisplayName({
    provider: channel,
    key,
    ...(subject !== undefined && { subject }),
    ...(groupChannel !== undefined && { groupChannel }),
    ...(space !== undefined && { space }),
    ...(id !== undefined && { id }),
  });
}

interface Route {
  readonly channel?: string;
  readonly to?: string;
  readonly accountId?: string;
  readonly threadId?: string | number;
}

/** Where replies go: what was last used wins over what was stored with the delivery context. */
export function routeOf(entry: SessionRow['entry']): Route | undefined {
  const stored = entry.deliveryContext;
  const channel = text(entry.lastChannel) ?? text(entry.channel) ?? text(member(stored, 'channel'));
  const to = text(entry.lastTo) ?? text(member(stored, 'to'));
  const accountId = text(entry.lastAccountId) ?? text(member(stored, 'accountId'));
  const threadId =
    threadOf(entry.lastThreadId) ?? threadOf(member(stored, 'threadId')) ?? threadOf(member(entry.origin, 'threadId'));
  if (channel === undefined && to === undefined) return undefined;
  return {
    ...(channel !== undefined && { channel }),
    ...(to !== undefined && { to }),
    ...(accountId !== undefined && { accountId }),
    ...(threadId !== undefined && { threadId }),
  };
}

function threadOf(value: unknown): string | number | undefined {
  return typeof value === 'number' ? value : text(value);
}

function member(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}
