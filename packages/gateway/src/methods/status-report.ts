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

interface ModelDefaults {
  readonly model: string;
  /** Tokens. */
  readonly contextWindow: number;
}

interface RecentSession {
  readonly updatedAt: number | null;
  /** Milliseconds since the last update. */
  readonly age: number | null;
  readonly [member: string]: unknown;
}

/** Answers `status` (reference protocol/methods.json). Only administrators see where sessions are stored and what they hold. */
export type StatusReport = (
  queuedSystemEvents: readonly string[],
  isAdmin: boolean,
) => Promise<Readonly<Record<string, unknown>>>;

export function createStatusReport(services: GatewayServices): StatusReport {
  const fullSessions = createFullSessions(services);
  return async (queuedSystemEvents, isAdmin) => {
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
      channelSummary: services.channels()?.summary() ?? [],
      queuedSystemEvents,
      sessions: isAdmin ? await fullSessions(ids) : await redactedSessions(services, ids),
    };
  };
}

/** The newest sessions of all and of each agent. Rows are made once for as long as session and model stay the same. */
function createFullSessions(services: GatewayServices): (ids: readonly string[]) => Promise<unknown> {
  const made = new WeakMap<SessionRow, { readonly defaults: ModelDefaults; readonly recent: RecentSession }>();
  const recentOf = (row: SessionRow, defaults: ModelDefaults, now: number): RecentSession => {
    const known = made.get(row);
    const isCurrent =
      known?.defaults.model === defaults.model && known.defaults.contextWindow === defaults.contextWindow;
    const recent = isCurrent ? known.recent : recentSession(row, defaults);
    if (!isCurrent) made.set(row, { defaults, recent });
    const { updatedAt } = recent;
    return { ...recent, age: updatedAt === null ? null : now - updatedAt };
  };

  return async (ids) => {
    const now = services.clock.now();
    const facts = await defaultModel(services, ids[0] ?? 'main');
    const model = { model: facts.ref.model, contextWindow: facts.contextWindow };
    const configured = services.config.current().agents?.defaults?.contextTokens;
    const byAgent = await Promise.all(
      ids.map(async (agentId) => {
        const { total, rows } = await services.store.sessions.list({ agentId, limit: RECENT_SESSIONS });
        const recent = rows.map((row) => recentOf(row, model, now));
        return { agentId, path: sessionStorePath(services, agentId), count: total, recent };
      }),
    );
    const newest = await services.store.sessions.list({ limit: RECENT_SESSIONS });
    return {
      paths: [...new Set(byAgent.map(({ path }) => path))],
      count: newest.total,
      defaults: { model: model.model, contextTokens: configured ?? model.contextWindow },
      recent: newest.rows.map((row) => recentOf(row, model, now)),
      byAgent,
    };
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

/** A row of `recent`, its age still to be told. Members without a value are left out of the JSON. */
function recentSession({ key, agentId, entry }: SessionRow, defaults: ModelDefaults): RecentSession {
  const contextTokens = entry.contextTokens ?? defaults.contextWindow;
  const { totalTokens, totalTokensFresh } = freshTotal(entry);
  return {
    agentId,
    key,
    kind: classifySessionKey(key, text(entry.chatType)).kind,
    sessionId: entry.sessionId || undefined,
    updatedAt: entry.updatedAt || null,
    age: null,
    thinkingLevel: entry.thinkingLevel,
    verboseLevel: entry.verboseLevel,
    reasoningLevel: entry.reasoningLevel,
    elevatedLevel: entry.elevatedLevel,
    systemSent: entry.systemSent,
    abortedLastRun: entry.abortedLastRun,
    inputTokens: entry.inputTokens,
    outputTokens: entry.outputTokens,
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
