import { setImmediate as nextTurn } from 'node:timers/promises';
import { canonicalSessionKey, classifySessionKey } from '@chela/agent';
import { normalizeAgentId } from '@chela/config';
import { invalidRequest, type SchemaTypes } from '@chela/protocol';
import type { SessionQuery, SessionRow } from '@chela/store';
import { derivedTitle } from '../chat/derived-title.ts';
import { type PreviewItem, previewItems } from '../chat/preview-items.ts';
import type { GatewayServices, MethodFamily } from '../method.ts';
import { rosterIds } from './agent-roster.ts';
import { createRowBuilder } from './row.ts';
import { loadSession, text } from './session-access.ts';
import { createSessionLister, type SessionLister } from './session-lister.ts';
import { defaultModel } from './session-model.ts';
import { createVisibleSessions, type VisibleSessions } from './session-query.ts';
import type { ListedSession } from './session-row.ts';

const MS_PER_MINUTE = 60_000;
const PREVIEW_KEYS = 64;
const PREVIEW_ITEMS = 12;
const PREVIEW_ITEMS_MAX = 50;
const PREVIEW_CHARS = 240;
const PREVIEW_CHARS_MAX = 2000;
/** Messages without words take no place in a preview, so a few more are read than shown. */
const PREVIEW_EXTRA_MESSAGES = 20;
/** Transcripts looked into before others may have the loop. */
const TEXTS_A_TURN = 25;
/** Matches that an ambiguous label is looked for. */
const RESOLVE_MATCHES = 20;

/** `sessions.list`, `preview` and `resolve`: the reading half (reference protocol/methods.json). */
export const sessionReadMethods: MethodFamily = (services) => {
  const { row } = createRowBuilder();
  const lists: SessionLists = {
    visible: createVisibleSessions(services.store.sessions),
    listed: createSessionLister((agentId) => services.models.defaultRef(agentId)),
  };
  return [
    row({
      name: 'sessions.list',
      params: 'SessionsListParams',
      handle: (params) => listSessions(services, lists, params),
    }),
    row({
      name: 'sessions.preview',
      params: 'SessionsPreviewParams',
      async handle({ keys, limit, maxChars }) {
        const wanted = keys.map((key) => key.trim()).filter((key) => key !== '');
        const items = Math.min(limit ?? PREVIEW_ITEMS, PREVIEW_ITEMS_MAX);
        const chars = Math.min(maxChars ?? PREVIEW_CHARS, PREVIEW_CHARS_MAX);
        const previews = wanted.slice(0, PREVIEW_KEYS).map((key) => previewOf(services, key, items, chars));
        return { ts: services.clock.now(), previews: await Promise.all(previews) };
      },
    }),
    row({
      name: 'sessions.resolve',
      params: 'SessionsResolveParams',
      handle: async (params) => ({ ok: true, key: await resolveSession(services, lists.visible, params) }),
    }),
  ];
};

interface SessionLists {
  readonly visible: VisibleSessions;
  readonly listed: SessionLister;
}

async function listSessions(
  services: GatewayServices,
  { visible, listed }: SessionLists,
  params: SchemaTypes['SessionsListParams'],
): Promise<unknown> {
  const now = services.clock.now();
  const config = services.config.current();
  const rows = await visible(listQuery(params, now));
  const sessions = await listed(rows);
  const withTexts = params.includeDerivedTitles === true || params.includeLastMessage === true;
  const model = await defaultModel(services, rosterIds(config)[0] ?? 'main');
  return {
    ts: now,
    path: '(multiple)',
    count: sessions.length,
    defaults: {
      modelProvider: model.ref.provider,
      model: model.ref.model,
      contextTokens: config.agents?.defaults?.contextTokens ?? model.contextWindow,
    },
    sessions: withTexts ? await addTexts(services, params, rows, sessions) : sessions,
  };
}

function listQuery(params: SchemaTypes['SessionsListParams'], now: number): SessionQuery {
  const search = params.search?.trim().toLowerCase();
  return {
    // The shared sessions belong to no agent.
    includeGlobal: params.includeGlobal === true && params.agentId === undefined,
    includeUnknown: params.includeUnknown === true && params.agentId === undefined,
    ...(params.limit !== undefined && { limit: params.limit }),
    ...(params.label !== undefined && { label: params.label.trim() }),
    ...(params.spawnedBy !== undefined && { spawnedBy: params.spawnedBy }),
    ...(params.agentId !== undefined && { agentId: normalizeAgentId(params.agentId) }),
    ...(search && { search }),
    ...(params.activeMinutes !== undefined && { updatedSince: now - params.activeMinutes * MS_PER_MINUTE }),
  };
}

/** Titles and last messages, read one transcript after the other so that a long list never fills the loop. */
async function addTexts(
  services: GatewayServices,
  params: SchemaTypes['SessionsListParams'],
  rows: readonly SessionRow[],
  sessions: readonly ListedSession[],
): Promise<readonly ListedSession[]> {
  const result: ListedSession[] = [];
  for (const [index, session] of sessions.entries()) {
    if (index % TEXTS_A_TURN === TEXTS_A_TURN - 1) await nextTurn();
    const entry = rows[index]?.entry;
    if (entry === undefined) continue;
    const edges = entry.sessionId ? await services.store.transcripts.edges(entry.sessionId) : {};
    const subject = text(entry.subject);
    const storedName = text(entry.displayName);
    const title = derivedTitle({
      sessionId: entry.sessionId,
      updatedAt: entry.updatedAt,
      ...(storedName !== undefined && { displayName: storedName }),
      ...(subject !== undefined && { subject }),
      ...(edges.firstUser !== undefined && { firstUserText: edges.firstUser }),
    });
    const { lastMessage } = edges;
    result.push({
      ...session,
      ...(params.includeDerivedTitles === true && title !== undefined && { derivedTitle: title }),
      ...(params.includeLastMessage === true && lastMessage !== undefined && { lastMessagePreview: lastMessage }),
    });
  }
  return result;
}

interface Preview {
  readonly key: string;
  readonly status: 'ok' | 'empty' | 'missing' | 'error';
  readonly items: readonly PreviewItem[];
}

async function previewOf(services: GatewayServices, key: string, limit: number, maxChars: number): Promise<Preview> {
  try {
    const { entry } = await loadSession(services, key);
    if (!entry?.sessionId) return { key, status: 'missing', items: [] };
    const entries = await services.store.transcripts.tail(entry.sessionId, limit + PREVIEW_EXTRA_MESSAGES);
    const items = previewItems(entries, limit, maxChars);
    return { key, status: items.length === 0 ? 'empty' : 'ok', items };
  } catch (error) {
    services.logger.warn('could not read the preview of a session', { error, key });
    return { key, status: 'error', items: [] };
  }
}

async function resolveSession(
  services: GatewayServices,
  visible: VisibleSessions,
  params: SchemaTypes['SessionsResolveParams'],
): Promise<string> {
  const key = params.key?.trim() || undefined;
  const sessionId = params.sessionId?.trim() || undefined;
  const label = params.label?.trim() || undefined;
  const given = [key, sessionId, label].filter((value) => value !== undefined);
  if (given.length === 0) throw invalidRequest('Either key, sessionId, or label is required');
  if (given.length > 1) throw invalidRequest('Provide either key, sessionId, or label (not multiple)');
  if (key !== undefined) {
    const row = await services.store.sessions.get(canonicalSessionKey(key, services.config.current()));
    if (row === undefined) throw invalidRequest(`No session found: ${key}`);
    return row.key;
  }
  if (sessionId !== undefined) return resolveBySessionId(services, params, sessionId);
  return resolveByLabel(visible, params, label ?? '');
}

/** A key in the place of the id is taken too. Sessions of single cron runs stay hidden, as in lists. */
async function resolveBySessionId(
  services: GatewayServices,
  params: SchemaTypes['SessionsResolveParams'],
  sessionId: string,
): Promise<string> {
  const { sessions } = services.store;
  const row = (await sessions.bySessionId(sessionId)) ?? (await sessions.get(sessionId));
  if (row === undefined || classifySessionKey(row.key).cronRun || !passes(row, params))
    throw invalidRequest(`No session found: ${sessionId}`);
  return row.key;
}

function passes(row: SessionRow, params: SchemaTypes['SessionsResolveParams']): boolean {
  if (row.key === 'global' && params.includeGlobal !== true) return false;
  if (row.key === 'unknown' && params.includeUnknown !== true) return false;
  if (params.agentId !== undefined && normalizeAgentId(params.agentId) !== row.agentId) return false;
  return params.spawnedBy === undefined || params.spawnedBy === row.entry.spawnedBy;
}

async function resolveByLabel(
  visible: VisibleSessions,
  params: SchemaTypes['SessionsResolveParams'],
  label: string,
): Promise<string> {
  const rows = await visible({
    label,
    limit: RESOLVE_MATCHES,
    includeGlobal: params.includeGlobal === true,
    includeUnknown: params.includeUnknown === true,
    ...(params.agentId !== undefined && { agentId: normalizeAgentId(params.agentId) }),
    ...(params.spawnedBy !== undefined && { spawnedBy: params.spawnedBy }),
  });
  const [first, ...others] = rows;
  if (first === undefined) throw invalidRequest(`No session found with label: ${label}`);
  if (others.length === 0) return first.key;
  throw invalidRequest(`Multiple sessions found with label: ${label} (${rows.map(({ key }) => key).join(', ')})`);
}
