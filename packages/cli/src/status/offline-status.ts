import { join } from 'node:path';
import { agentIds, agentSessionsDir, defaultAgentId } from '@chela/config';
import { type Clock, systemClock } from '@chela/observability';
import type { Store } from '@chela/store';
import type { CliContext } from '../context.ts';
import { arrayAt, numberAt, recordAt, textAt } from '../json-reader.ts';
import type { LoadedConfig } from '../loaded-config.ts';
import { isStoreLocked, withOfflineStore } from '../offline-store.ts';

const RECENT_SESSIONS = 10;
const KINDS_BY_KEY = /:(?:group|channel):/;

/** The body of `status` when no gateway answers: the same shape, from the configuration and the database. */
export async function offlineStatus(context: CliContext, loaded: LoadedConfig): Promise<Record<string, unknown>> {
  const now = context.now();
  return (await fromStore(loaded, now)) ?? bareStatus(loaded);
}

/** Undefined when nothing is stored, or when a gateway that does not answer keeps the database. */
async function fromStore(loaded: LoadedConfig, now: number): Promise<Record<string, unknown> | undefined> {
  try {
    return await withOfflineStore(loaded, (store) => storedStatus(loaded, store, now));
  } catch (error) {
    if (isStoreLocked(error)) return undefined;
    throw error;
  }
}

async function storedStatus(loaded: LoadedConfig, store: Store, now: number): Promise<Record<string, unknown>> {
  const { createHealthCollector } = await import('@chela/gateway');
  const clock: Clock = { ...systemClock, now: () => now };
  const health = await createHealthCollector({ config: loaded.service, store, clock })();
  const agents = arrayAt(health, 'agents');
  const recentOf = async (agentId?: string): Promise<{ total: number; recent: unknown[] }> => {
    const query = { limit: RECENT_SESSIONS, ...(agentId !== undefined && { agentId }) };
    const { total, rows } = await store.sessions.list(query);
    return { total, recent: rows.map((row) => recentSession(row, now)) };
  };
  const byAgent = await Promise.all(
    agents.map(async (agent) => {
      const agentId = textAt(agent, 'agentId') ?? 'main';
      const { total, recent } = await recentOf(agentId);
      return { agentId, path: textAt(recordAt(agent, 'sessions'), 'path'), count: total, recent };
    }),
  );
  const newest = await recentOf();
  return {
    heartbeat: {
      defaultAgentId: defaultAgentId(loaded.current),
      agents: agents.map((agent) => {
        const { enabled, every, everyMs } = recordAt(agent, 'heartbeat');
        return { agentId: textAt(agent, 'agentId'), enabled, every, everyMs };
      }),
    },
    channelSummary: [],
    queuedSystemEvents: [],
    sessions: {
      paths: [...new Set(byAgent.map(({ path }) => path))],
      count: newest.total,
      defaults: sessionDefaults(loaded),
      recent: newest.recent,
      byAgent,
    },
  };
}

/** A session as the gateway's `status` shows it, without what only the model catalogue knows. */
function recentSession(row: { key: string; agentId: string; entry: unknown }, now: number): unknown {
  const { key, agentId, entry } = row;
  const updatedAt = numberAt(entry, 'updatedAt');
  const total = numberAt(entry, 'totalTokens');
  const window = numberAt(entry, 'contextTokens');
  const isKnown = total !== undefined && window !== undefined && window > 0;
  const sessionId = textAt(entry, 'sessionId');
  const chatType = textAt(entry, 'chatType');
  const isGroup = chatType === 'group' || chatType === 'channel' || KINDS_BY_KEY.test(key);
  return {
    agentId,
    key,
    kind: isGroup ? 'group' : 'direct',
    ...(sessionId && { sessionId }),
    updatedAt: updatedAt ?? null,
    age: updatedAt === undefined ? null : now - updatedAt,
    totalTokens: total ?? null,
    remainingTokens: isKnown ? Math.max(0, window - total) : null,
    percentUsed: isKnown ? Math.round((total / window) * 100) : null,
    model: textAt(entry, 'model') ?? null,
    contextTokens: window ?? null,
    flags: sessionId ? [`id:${sessionId}`] : [],
  };
}

/** Which model a new session gets is the gateway's to find out; what is configured can be said. */
function sessionDefaults({ current }: LoadedConfig): { model: string | null; contextTokens: number | null } {
  const { model, contextTokens } = current.agents?.defaults ?? {};
  const primary = typeof model === 'string' ? model : model?.primary;
  return { model: primary?.split('/').slice(1).join('/') || null, contextTokens: contextTokens ?? null };
}

function bareStatus(loaded: LoadedConfig): Record<string, unknown> {
  const { current, paths } = loaded;
  const byAgent = agentIds(current).map((agentId) => ({
    agentId,
    path: join(agentSessionsDir(paths, agentId), 'sessions.json'),
    count: 0,
    recent: [],
  }));
  return {
    heartbeat: { defaultAgentId: defaultAgentId(current), agents: [] },
    channelSummary: [],
    queuedSystemEvents: [],
    sessions: {
      paths: byAgent.map(({ path }) => path),
      count: 0,
      defaults: sessionDefaults(loaded),
      recent: [],
      byAgent,
    },
  };
}
