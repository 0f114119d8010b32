import { randomUUID } from 'node:crypto';
import { injectedMessage, routedEntry, type SessionRoute } from '@chela/agent';
import type { Clock } from '@chela/observability';
import type { SessionEntry, Store } from '@chela/store';
import { isRecord, textOf } from '../record.ts';

/** What a session is told of a sending once it is delivered; kept with the sending's rows. */
export interface DeliveryMirror {
  readonly sessionKey: string;
  readonly agentId: string;
  readonly text: string;
  readonly mediaUrls?: readonly string[];
  /** The way to the conversation, for a session that does not exist yet. */
  readonly channel?: string;
  readonly route?: Pick<SessionRoute, 'to' | 'from' | 'accountId' | 'threadId' | 'chatType'>;
}

/** The model that the transcript names for what was sent from outside of a turn. */
const MODEL = 'delivery-mirror';
/** Newest messages among which one is looked for that was written before a crash. */
const LOOKBACK = 200;

/**
 * Makes the step that puts what was sent into the transcript of the session it went to, once, as if the agent had said it
 * (reference channels/framework.md §20). The session of a conversation that did not exist yet is made.
 */
export function createMirrorSent(deps: {
  readonly store: Pick<Store, 'sessions' | 'transcripts'>;
  readonly clock: Clock;
}): (key: string, mirror: DeliveryMirror) => Promise<void> {
  const { sessions, transcripts } = deps.store;
  return async (key, { sessionKey, agentId, channel, route, ...said }) => {
    const text = mirroredText(said);
    if (text === '') return;
    const now = deps.clock.now();
    const isNew = (await sessions.get(sessionKey)) === undefined;
    if (isNew && (channel === undefined || route === undefined)) return;
    const { entry } = await sessions.upsert(sessionKey, agentId, (current) => ({
      ...(current ?? newEntry(now, channel, route)),
      updatedAt: now,
    }));
    const idempotencyKey = `delivery:${key}`;
    const newest = await transcripts.tail(entry.sessionId, LOOKBACK);
    if (newest.some((one) => one.type === 'message' && one.message.idempotencyKey === idempotencyKey)) return;
    const message = injectedMessage(text, now, { model: MODEL, idempotencyKey });
    await transcripts.append(entry.sessionId, [{ type: 'message', message }]);
  };
}

/** It says where the conversation is, but nobody wrote from there yet: it is no last place. */
function newEntry(now: number, channel = '', route?: DeliveryMirror['route']): SessionEntry {
  const open = { sessionId: randomUUID(), updatedAt: now };
  if (route === undefined) return open;
  const { chatType, to } = route;
  const id = to.slice(to.indexOf(':') + 1);
  const label = route.from;
  const routed = routedEntry(open, channel, { ...route, label, ...(chatType !== 'direct' && { group: { id } }) });
  const {
    deliveryContext: _,
    lastChannel: __,
    lastTo: ___,
    lastAccountId: ____,
    lastThreadId: _____,
    ...kept
  } = routed;
  return { ...kept, sessionId: open.sessionId, updatedAt: now };
}

/** Files are named; their caption went out with them. */
function mirroredText({ text, mediaUrls = [] }: Pick<DeliveryMirror, 'text' | 'mediaUrls'>): string {
  if (mediaUrls.length === 0) return text.trim();
  return mediaUrls.map((url) => fileNameOf(url) ?? 'media').join(', ');
}

function fileNameOf(url: string): string | undefined {
  const path = URL.canParse(url) ? new URL(url).pathname : url;
  return path.split('/').at(-1) || undefined;
}

/** A mirror as it was stored; undefined for anything else. */
export function readMirror(value: unknown): DeliveryMirror | undefined {
  if (!isRecord(value)) return undefined;
  const { sessionKey, agentId, text, mediaUrls, route } = value;
  if (typeof sessionKey !== 'string' || typeof agentId !== 'string' || typeof text !== 'string') return undefined;
  const channel = textOf(value.channel);
  const read = readRoute(route);
  return {
    sessionKey,
    agentId,
    text,
    ...(Array.isArray(mediaUrls) && { mediaUrls: mediaUrls.map(String) }),
    ...(channel !== undefined && { channel }),
    ...(read !== undefined && { route: read }),
  };
}

function readRoute(value: unknown): DeliveryMirror['route'] | undefined {
  if (!isRecord(value)) return undefined;
  const { to, from, accountId, threadId, chatType } = value;
  if (typeof to !== 'string' || typeof from !== 'string' || typeof accountId !== 'string') return undefined;
  if (chatType !== 'direct' && chatType !== 'group' && chatType !== 'channel') return undefined;
  return { to, from, accountId, chatType, ...(typeof threadId === 'string' && { threadId }) };
}
