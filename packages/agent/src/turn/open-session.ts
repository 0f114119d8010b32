import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '@chela/config';
import type { SessionEntry } from '@chela/store';
import { readReset } from '../commands/reset-trigger.ts';
import { channelOf } from '../messages/request-channel.ts';
import type { AgentRequest } from '../runtime.ts';
import {
  channelResetRule,
  readResetConfig,
  resetPolicy,
  resetTypeOf,
  sessionFreshness,
} from '../sessions/reset-policy.ts';
import { type Origin, openedEntry, renewedEntry, resetEntry, type SessionRoute } from '../sessions/session-entry.ts';
import { classifySessionKey } from '../sessions/session-kind.ts';
import type { TurnDeps } from './turn-deps.ts';

/** The session a turn runs in. */
export interface OpenSession {
  readonly sessionId: string;
  readonly entry: SessionEntry | undefined;
  /** The message is the first of it. A direct chat that never was is no news to who writes in it. */
  readonly isNew: boolean;
  /** Set when a message started the session over: what it was before. */
  readonly startedOver?: { readonly before: SessionEntry | undefined };
  readonly origin: (now: number) => Origin;
}

/**
 * Finds the session of a request, creates it, or starts it over when the message or its reset policy says so
 * (reference agent/sessions.md §5). The row exists before the turn, so that readers see the session while it runs.
 */
export async function openSession(
  deps: Pick<TurnDeps, 'config' | 'store' | 'clock'>,
  request: AgentRequest,
): Promise<OpenSession> {
  const { sessions } = deps.store;
  const now = deps.clock.now();
  const entry = (await sessions.get(request.sessionKey))?.entry;
  if (entry !== undefined && goesOn(deps, request, entry)) return opened(deps, request, entry);
  const origin = originOf(deps, request, randomUUID())(now);
  const isAsked = wantsReset(deps, request);
  if (entry === undefined && !isAsked) await beginAsFork(deps, request, origin);
  const startOver = isAsked ? resetEntry : renewedEntry;
  const row =
    entry === undefined
      ? await sessions.upsert(request.sessionKey, request.agentId, (current) =>
          // Somebody may have created it since the look above.
          openedEntry(current, current === undefined ? origin : { ...origin, sessionId: current.sessionId }),
        )
      : await sessions.renew(request.sessionKey, (current) => startOver(current, origin));
  const session = {
    ...opened(deps, request, row.entry),
    isNew: isAsked || entry !== undefined || request.origin?.chatType !== 'direct',
  };
  return isAsked ? { ...session, startedOver: { before: entry } } : session;
}

/** The first session of a thread may begin with what was said where the thread hangs (reference agent/sessions.md §5.5). */
async function beginAsFork({ store }: Pick<TurnDeps, 'store'>, request: AgentRequest, origin: Origin): Promise<void> {
  const parentKey = request.inbound?.parentSessionKey;
  if (parentKey === undefined || parentKey === request.sessionKey || request.freshSession === true) return;
  const parent = (await store.sessions.get(parentKey))?.entry;
  if (parent === undefined) return;
  const { sessionId, sessionFile: file } = parent;
  await store.transcripts.fork(origin.sessionId, { sessionId, ...(file !== undefined && { file }) });
}

/** The session of a request when its message is going to be one more in it; undefined when it starts over or is new. */
export async function sessionThatGoesOn(
  deps: Pick<TurnDeps, 'config' | 'store' | 'clock'>,
  request: AgentRequest,
): Promise<SessionEntry | undefined> {
  const entry = (await deps.store.sessions.get(request.sessionKey))?.entry;
  return entry !== undefined && goesOn(deps, request, entry) ? entry : undefined;
}

/** The session a recovered turn was running in; undefined when that session is gone or was started over since. */
export async function reopenSession(
  deps: Pick<TurnDeps, 'config' | 'store'>,
  request: AgentRequest,
  sessionId: string,
): Promise<OpenSession | undefined> {
  const entry = (await deps.store.sessions.get(request.sessionKey))?.entry;
  return entry?.sessionId === sessionId ? opened(deps, request, entry) : undefined;
}

function opened(deps: Pick<TurnDeps, 'config'>, request: AgentRequest, entry: SessionEntry): OpenSession {
  return { sessionId: entry.sessionId, entry, isNew: false, origin: originOf(deps, request, entry.sessionId) };
}

function originOf(deps: Pick<TurnDeps, 'config'>, request: AgentRequest, sessionId: string): (now: number) => Origin {
  const folder = join(deps.config.paths.stateDir, 'agents', request.agentId, 'sessions');
  const sessionFile = join(folder, `${sessionId}.jsonl`);
  const route = routeIn(request);
  return (now) => ({
    sessionId,
    sessionFile,
    channel: channelOf(request),
    ...(route === undefined ? {} : { route }),
    now,
  });
}

/** The way to the conversation a message came from; undefined outside channels. */
export function routeIn({ origin, inbound }: Pick<AgentRequest, 'origin' | 'inbound'>): SessionRoute | undefined {
  if (origin === undefined || inbound === undefined) return undefined;
  const { group, conversationLabel } = inbound;
  const label = conversationLabel ?? inbound.sender.name;
  return {
    to: inbound.chatId,
    from: inbound.from,
    accountId: origin.accountId,
    ...(origin.threadId === undefined ? {} : { threadId: origin.threadId }),
    chatType: inbound.chatType,
    ...(label === undefined ? {} : { label }),
    ...(group === undefined ? {} : { group }),
  };
}

function goesOn(deps: Pick<TurnDeps, 'config' | 'clock'>, request: AgentRequest, entry: SessionEntry): boolean {
  if (request.freshSession === true || wantsReset(deps, request)) return false;
  return isFresh(deps.config.current(), request, entry, deps.clock.now());
}

function wantsReset(deps: Pick<TurnDeps, 'config'>, request: AgentRequest): boolean {
  return readReset(request, deps.config.current()) !== undefined;
}

function isFresh(config: Config, request: AgentRequest, entry: SessionEntry, now: number): boolean {
  const kind = classifySessionKey(request.sessionKey, typeof entry.chatType === 'string' ? entry.chatType : undefined);
  const type = resetTypeOf(request.sessionKey, { isGroup: kind.kind === 'group' });
  const rules = readResetConfig(config.session);
  const policy = resetPolicy(rules, type, channelResetRule(rules, channelOf(request)));
  return sessionFreshness(entry.updatedAt, now, policy).fresh;
}
