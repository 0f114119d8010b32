import { type ChannelAdapter, summaryLines } from '@chela/channels';
import { agentIds, defaultAgentId } from '@chela/config';
import type { Store } from '@chela/store';
import { type ChannelDesk, channelDeskOf } from '../channels/channel-desk.ts';
import type { CliContext } from '../context.ts';
import { numberAt, textAt } from '../json-reader.ts';
import type { LoadedConfig } from '../loaded-config.ts';
import { isStoreLocked, withOfflineStore } from '../offline-store.ts';
import { sessionStorePath } from '../session-store-path.ts';

const RECENT_SESSIONS = 10;
const KINDS_BY_KEY = /:(?:group|channel):/;

/** The body of `status` when no gateway answers: the same shape, from the configuration and the database. */
export async function offlineStatus(context: CliContext, loaded: LoadedConfig): Promise<Record<string, unknown>> {
  const { heartbeatSettings } = await import('@chela/gateway');
  const { current } = loaded;
  return {
    heartbeat: {
      defaultAgentId: defaultAgentId(current),
      agents: agentIds(current).map((agentId) => {
        const { enabled, every, everyMs } = heartbeatSettings(current, agentId);
        return { agentId, enabled, every, everyMs };
      }),
    },
    channelSummary: await configuredChannelLines(context, loaded),
    queuedSystemEvents: [],
    sessions: await sessionFacts(loaded, context.now()),
  };
}

async function configuredChannelLines(context: CliContext, loaded: LoadedConfig): Promise<readonly string[]> {
  const desk = await channelDeskOf(context, loaded);
  const channels = (await desk.configured()).map(async (adapter) => ({
    label: adapter.facts.label,
    accounts: await Promise.all(desk.accounts(adapter.facts.id).map((id) => summarized(desk, adapter, id))),
  }));
  return summaryLines(await Promise.all(channels));
}

async function summarized(desk: ChannelDesk, adapter: ChannelAdapter, accountId: string) {
  const { id } = adapter.facts;
  const { name } = desk.settings(id, accountId);
  const reading = await desk.read(adapter, accountId);
  return {
    accountId,
    name: typeof name === 'string' ? name : undefined,
    isEnabled: desk.isEnabled(id, accountId),
    isConfigured: reading.state === 'ready',
    shown: reading.shown,
  };
}

/** Null counts while a gateway that does not answer keeps the database: then nobody else can know. */
async function sessionFacts(loaded: LoadedConfig, now: number): Promise<Record<string, unknown>> {
  try {
    const found = await withOfflineStore(loaded, (store) => storedFacts(loaded, store, now));
    return found ?? factsOf(loaded, { count: 0, recent: [] }, () => ({ count: 0, recent: [] }));
  } catch (error) {
    if (!isStoreLocked(error)) throw error;
    return factsOf(loaded, { count: null, recent: [] }, () => ({ count: null, recent: [] }));
  }
}

interface Listed {
  readonly count: number | null;
  readonly recent: readonly unknown[];
}

async function storedFacts(loaded: LoadedConfig, store: Store, now: number): Promise<Record<string, unknown>> {
  const listed = async (agentId?: string): Promise<Listed> => {
    const query = { limit: RECENT_SESSIONS, ...(agentId !== undefined && { agentId }) };
    const { total, rows } = await store.sessions.list(query);
    return { count: total, recent: rows.map((row) => recentSession(row, now)) };
  };
  const ids = agentIds(loaded.current);
  const byAgent = new Map(await Promise.all(ids.map(async (id) => [id, await listed(id)] as const)));
  return factsOf(loaded, await listed(), (id) => byAgent.get(id) ?? { count: 0, recent: [] });
}

function factsOf(loaded: LoadedConfig, all: Listed, ofAgent: (agentId: string) => Listed): Record<string, unknown> {
  const byAgent = agentIds(loaded.current).map((agentId) => ({
    agentId,
    path: sessionStorePath(loaded, agentId),
    ...ofAgent(agentId),
  }));
  return {
    paths: [...new Set(byAgent.map(({ path }) => path))],
    count: all.count,
    defaults: sessionDefaults(loaded),
    recent: all.recent,
    byAgent,
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
