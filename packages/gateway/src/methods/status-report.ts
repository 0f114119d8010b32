import { classifySessionKey } from '@chela/agent';
import { heartbeatLookup } from '@chela/automation';
import type { SessionRow } from '@chela/store';
import type { GatewayServices } from '../method.ts';
import { rosterIds } from './agent-roster.ts';
import { text } from './session-access.ts';
import { defaultModel } from './session-model.ts';
import { freshTotal } from './session-row.ts';
import { sessionStorePath } from './session-store-path.ts';

const RECENT_SESSIONS = 10;
const PERCENT_MAX = 999;
const LEVEL_MEMBERS = ['thinkingLevel', 'verboseLevel', 'reasoningLevel', 'elevatedLevel'] as const;
const LEVEL_FLAGS = {
  thinkingLevel: 'think',
  verboseLevel: 'verbose',
  reasoningLevel: 'reasoning',
  elevatedLevel: 'elevated',
};
const COPIED_MEMBERS = ['systemSent', 'abortedLastRun', 'inputTokens', 'outputTokens'] as const;

interface ModelDefaults {
  readonly model: string;
  /** Tokens. */
  readonly contextWindow: number;
}

/** `status` (reference protocol/methods.json). Only administrators see where sessions are stored and what they hold. */
export async function statusReport(
  services: GatewayServices,
  queuedSystemEvents: readonly string[],
  isAdmin: boolean,
): Promise<Readonly<Record<string, unknown>>> {
  const config = services.config.current();
  const ids = rosterIds(config);
  const [defaultAgentId = 'main'] = ids;
  const heartbeatOf = heartbeatLookup(config);
  const heartbeats = ids.map((agentId) => {
    const { enabled, every, everyMs } = heartbeatOf(agentId);
    return { agentId, enabled, every, everyMs };
  });
  const budgets = isAdmin ? await services.models.budgets() : [];
  return {
    ...(budgets.length > 0 && { budgets }),
    heartbeat: { defaultAgentId, agents: heartbeats },
    channelSummary: [],
    queuedSystemEvents,
    sessions: isAdmin ? await fullSessions(services, ids) : await redactedSessions(services, ids),
  };
}

async function fullSessions(services: GatewayServices, ids: readonly string[]): Promise<unknown> {
  const now = services.clock.now();
  const facts = await defaultModel(services, ids[0] ?? 'main');
  const model = { model: facts.ref.model, contextWindow: facts.contextWindow };
  const configured = services.config.current().agents?.defaults?.contextTokens;
  const byAgent = await Promise.all(
    ids.map(async (agentId) => {
      const { total, rows } = await services.store.sessions.list({ agentId, limit: RECENT_SESSIONS });
      const recent = rows.map((row) => recentSession(row, model, now));
      return { agentId, path: sessionStorePath(services, agentId), count: total, recent };
    }),
  );
  const newest = await services.store.sessions.list({ limit: RECENT_SESSIONS });
  return {
    paths: [...new Set(byAgent.map(({ path }) => path))],
    count: newest.total,
    defaults: { model: model.model, contextTokens: configured ?? model.contextWindow },
    recent: newest.rows.map((row) => recentSession(row, model, now)),
    byAgent,
  };
}

async function redactedSessions(services: GatewayServices, ids: readonly string[]): Promise<unknown> {
  const count = async (agentId?: string): Promise<number> =>
    (await services.store.sessions.list({ limit: 1, ...(agentId !== undefined && { agentId }) })).total;
  const byAgent = await Promise.all(
    ids.map(async (agentId) => ({ agentId, path: '[redacted]', count: await count(agentId), recent: [] })),
  );
  return { paths: [], count: await count(), defaults: { model: null, contextTokens: null }, recent: [], byAgent };
}

function recentSession({ key, agentId, entry }: SessionRow, defaults: ModelDefaults, now: number): unknown {
  const contextTokens = entry.contextTokens ?? defaults.contextWindow;
  const { totalTokens, totalTokensFresh } = freshTotal(entry);
  const copied = [...LEVEL_MEMBERS, ...COPIED_MEMBERS].flatMap((name) =>
    entry[name] === undefined ? [] : [[name, entry[name]]],
  );
  return {
    agentId,
    key,
    kind: classifySessionKey(key, text(entry.chatType)).kind,
    ...(entry.sessionId && { sessionId: entry.sessionId }),
    updatedAt: entry.updatedAt || null,
    age: entry.updatedAt ? now - entry.updatedAt : null,
    ...Object.fromEntries(copied),
    totalTokens: totalTokens ?? null,
    totalTokensFresh,
    remainingTokens: totalTokens === undefined ? null : Math.max(0, contextTokens - totalTokens),
    percentUsed:
      totalTokens === undefined ? null : Math.min(PERCENT_MAX, Math.round((totalTokens / contextTokens) * 100)),
    model: text(entry.model) ?? defaults.model,
    contextTokens,
    flags: flagsOf(entry),
  };
}

function flagsOf(entry: SessionRow['entry']): readonly string[] {
  return [
    ...LEVEL_MEMBERS.flatMap((name) => (entry[name] ? [`${LEVEL_FLAGS[name]}:${entry[name]}`] : [])),
    ...(entry.systemSent === true ? ['system'] : []),
    ...(entry.abortedLastRun === true ? ['aborted'] : []),
    ...(entry.sessionId ? [`id:${entry.sessionId}`] : []),
  ];
}
