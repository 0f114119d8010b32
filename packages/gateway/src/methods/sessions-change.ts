import { randomUUID } from 'node:crypto';
import { mainSessionKey } from '@chela/agent';
import { invalidRequest, type SchemaTypes } from '@chela/protocol';
import { LabelTakenError, type SessionEntry } from '@chela/store';
import type { GatewayServices, MethodFamily } from '../method.ts';
import { assertKnownAgent, assertSoundKey } from './agent-roster.ts';
import { readModelChange } from './model-change.ts';
import { createRowBuilder } from './row.ts';
import { loadSession, type NamedSession, text } from './session-access.ts';
import { overrideOf } from './session-model.ts';
import { labelTaken, patchEntry, type SessionPatch } from './session-patch.ts';
import { resetSession, stopSession } from './session-reset.ts';
import { sessionStorePath } from './session-store-path.ts';

/** Lines that `sessions.compact` keeps when it is not told. */
const COMPACT_LINES = 400;
/** Counters that a shorter transcript makes untrue. */
const TOKEN_MEMBERS: ReadonlySet<string> = new Set(['inputTokens', 'outputTokens', 'totalTokens', 'totalTokensFresh']);

/** `sessions.patch`, `reset`, `delete` and `compact`: the writing half (reference protocol/methods.json). */
export const sessionChangeMethods: MethodFamily = (services) => {
  const { row } = createRowBuilder();
  return [
    row({ name: 'sessions.patch', params: 'SessionsPatchParams', handle: (params) => patchSession(services, params) }),
    row({
      name: 'sessions.reset',
      params: 'SessionsResetParams',
      async handle(params) {
        const session = await namedSession(services, params.key, 'sessions.reset');
        await ringReset(services, session, params.reason ?? 'reset');
        const { key, entry } = await resetSession(services, session.key);
        return { ok: true, key, entry };
      },
    }),
    row({
      name: 'sessions.delete',
      params: 'SessionsDeleteParams',
      handle: (params) => deleteSession(services, params),
    }),
    row({
      name: 'sessions.compact',
      params: 'SessionsCompactParams',
      handle: (params) => compactSession(services, params),
    }),
  ];
};

/** Hooks hear of it before the session starts over (reference agent/automation.md §4.2). */
async function ringReset({ hooks, config }: GatewayServices, session: NamedSession, action: string): Promise<void> {
  if (!hooks.hears('command', action)) return;
  const { key, entry } = session;
  const context = {
    sessionEntry: entry,
    previousSessionEntry: entry,
    commandSource: 'gateway:sessions.reset',
    cfg: config.current(),
  };
  await hooks.ring({ type: 'command', action, sessionKey: key, context });
}

/** A session that may be written to: its agent exists. */
async function namedSession(services: GatewayServices, rawKey: string, method: string): Promise<NamedSession> {
  assertKey(rawKey);
  assertSoundKey(rawKey, method);
  const session = await loadSession(services, rawKey);
  if (session.entry === undefined) assertKnownAgent(services.config.current(), session.agentId, method);
  return session;
}

function assertKey(rawKey: string): void {
  if (rawKey.trim() === '') throw invalidRequest('key required');
}

async function patchSession(services: GatewayServices, patch: SessionPatch): Promise<unknown> {
  const session = await namedSession(services, patch.key, 'sessions.patch');
  const { key, agentId } = session;
  const fallback = await services.models.defaultRef(agentId);
  const input = { key, patch, fallback, newSessionId: randomUUID(), now: services.clock.now() };
  const model = await readModelChange(services, agentId, patch.model, fallback);
  try {
    const { entry } = await services.store.sessions.upsert(key, agentId, (current) =>
      patchEntry({ ...input, current, model }),
    );
    await services.store.mirrored();
    const resolved = overrideOf(entry, fallback) ?? fallback;
    return {
      ok: true,
      path: sessionStorePath(services, agentId),
      key,
      entry,
      resolved: { modelProvider: resolved.provider, model: resolved.model },
    };
  } catch (error) {
    throw error instanceof LabelTakenError ? labelTaken(patch.label?.trim() ?? '') : error;
  }
}

async function deleteSession(services: GatewayServices, params: SchemaTypes['SessionsDeleteParams']): Promise<unknown> {
  assertKey(params.key);
  const { key, entry } = await loadSession(services, params.key);
  const mainKey = mainSessionKey(services.config.current());
  if (key === mainKey) throw invalidRequest(`Cannot delete the main session (${mainKey}).`);
  if (entry === undefined) return { ok: true, key, deleted: false, archived: [] };
  await stopSession(services, key);
  const { sessions, transcripts } = services.store;
  const before = await transcripts.archives(entry.sessionId);
  const deleted = await sessions.delete(key, { archiveTranscript: params.deleteTranscript !== false });
  await services.store.mirrored();
  const archived = (await transcripts.archives(entry.sessionId)).slice(before.length);
  return { ok: true, key, deleted, archived };
}

async function compactSession(
  services: GatewayServices,
  params: SchemaTypes['SessionsCompactParams'],
): Promise<unknown> {
  assertKey(params.key);
  const { key, agentId, entry } = await loadSession(services, params.key);
  const sessionId = text(entry?.sessionId);
  if (sessionId === undefined) return { ok: true, key, compacted: false, reason: 'no sessionId' };
  const { sessions, transcripts } = services.store;
  const truncated = await transcripts.truncate(sessionId, params.maxLines ?? COMPACT_LINES);
  if (truncated === undefined) return { ok: true, key, compacted: false, reason: 'no transcript' };
  const { kept, removed } = truncated;
  if (removed === 0) return { ok: true, key, compacted: false, kept };
  await sessions.upsert(key, agentId, (current) =>
    withoutTokens(current ?? { sessionId, updatedAt: 0 }, services.clock.now()),
  );
  await services.store.mirrored();
  const archived = (await transcripts.archives(sessionId)).at(-1);
  return { ok: true, key, compacted: true, ...(archived !== undefined && { archived }), kept };
}

function withoutTokens(entry: SessionEntry, now: number): SessionEntry {
  const kept = Object.entries(entry).filter(([name]) => !TOKEN_MEMBERS.has(name));
  return { ...Object.fromEntries(kept), sessionId: entry.sessionId, updatedAt: now };
}
