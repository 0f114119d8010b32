import type { Config } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';
import type { SessionRepository, SessionRow } from '@chela/store';
import type { AgentRuntime } from '../runtime.ts';
import { MAIN_AGENT_ID } from './agent-id.ts';
import { type MaintenanceSettings, maintenanceSettings } from './maintenance-settings.ts';
import { parseSessionKey } from './session-keys.ts';

/**
 * Puts away sessions that nobody uses any more (reference agent/sessions.md §3): of an agent when one of its runs starts,
 * and of all from time to time.
 */
export interface SessionMaintenance {
  /** One round; resolves with the keys that were put away. In mode `warn` it is only logged how many would be. */
  round(): Promise<readonly string[]>;
  /** Resolves when a round under way has ended. */
  close(): Promise<void>;
}

const FIRST_ROUND_MS = 5 * 60_000;
const ROUND_MS = 60 * 60_000;
const EVERY_KIND = { includeGlobal: true, includeUnknown: true } as const;

export function createSessionMaintenance(deps: {
  readonly config: () => Config;
  readonly sessions: Pick<SessionRepository, 'get' | 'list' | 'count' | 'delete'>;
  /** Sessions that run stay. */
  readonly agent: Pick<AgentRuntime, 'active' | 'subscribe'>;
  readonly clock: Clock;
  readonly logger: Logger;
}): SessionMaintenance {
  const { sessions, agent, clock, logger } = deps;
  let closed = false;
  let told = 0;
  /** Agents with a run that started since the last look at their sessions. */
  const due = new Set<string>();
  let underWay: Promise<unknown> = Promise.resolve();

  /** What `enforce` would put away, counted without reading the sessions; told when it has grown. */
  const warn = async ({ pruneAfterMs, maxEntries }: MaintenanceSettings): Promise<void> => {
    const updatedSince = clock.now() - pruneAfterMs;
    const { total: used } = await sessions.list({ ...EVERY_KIND, updatedSince, limit: 1 });
    const unused = (await sessions.count()) - used;
    const excess = Math.max(0, used - maxEntries);
    if (unused + excess > told) logger.warn('session.maintenance would put sessions away', { unused, excess });
    told = unused + excess;
  };

  const round = async (): Promise<readonly string[]> => {
    const settings = maintenanceSettings(deps.config());
    if (settings.mode === 'warn') {
      await warn(settings);
      return [];
    }
    return putAway((await sessions.list(EVERY_KIND)).rows, settings);
  };

  const putAway = async (rows: readonly SessionRow[], settings: MaintenanceSettings): Promise<readonly string[]> => {
    const gone: string[] = [];
    for (const { key, entry } of evicted(rows, settings, clock.now())) {
      if (closed) break;
      if (agent.active().some(({ sessionKey }) => sessionKey === key)) continue;
      // Somebody may have used it since the look above.
      if ((await sessions.get(key))?.entry.updatedAt !== entry.updatedAt) continue;
      if (await sessions.delete(key, { archiveTranscript: true })) gone.push(key);
    }
    if (gone.length > 0) logger.info('unused sessions were put away', { sessions: gone.length });
    return gone;
  };

  /** The sessions are read only when some have to go; counting them is cheap. */
  const lookAt = async (agentId: string): Promise<void> => {
    const settings = maintenanceSettings(deps.config());
    if (settings.mode === 'warn') return;
    const updatedSince = clock.now() - settings.pruneAfterMs;
    const { total } = await sessions.list({ ...EVERY_KIND, agentId, limit: 1 });
    const { total: used } = await sessions.list({ ...EVERY_KIND, agentId, updatedSince, limit: 1 });
    if (used === total && used <= settings.maxEntries) return;
    await putAway((await sessions.list({ ...EVERY_KIND, agentId })).rows, settings);
  };

  const lookAtDue = async (): Promise<void> => {
    for (const agentId of due) {
      due.delete(agentId);
      await lookAt(agentId).catch(failed);
    }
  };

  const failed = (error: unknown): void => logger.warn('unused sessions could not be put away', { error });
  const again = (): void => {
    underWay = underWay.then(round).catch(failed);
    cancel = clock.after(ROUND_MS, again);
  };
  let cancel = clock.after(FIRST_ROUND_MS, again);
  const unsubscribe = agent.subscribe(({ type, sessionKey }) => {
    const agentId = parseSessionKey(sessionKey)?.agentId ?? MAIN_AGENT_ID;
    if (type !== 'started' || due.has(agentId)) return;
    due.add(agentId);
    if (due.size === 1) underWay = underWay.then(lookAtDue);
  });

  return {
    round,
    async close() {
      closed = true;
      unsubscribe();
      cancel();
      await underWay;
    },
  };
}

/** The sessions that are too old, and of each agent those beyond its number; `rows` are newest first. */
function evicted(rows: readonly SessionRow[], settings: MaintenanceSettings, now: number): readonly SessionRow[] {
  const kept = new Map<string, number>();
  return rows.filter(({ agentId, entry }) => {
    if (entry.updatedAt < now - settings.pruneAfterMs) return true;
    const count = (kept.get(agentId) ?? 0) + 1;
    kept.set(agentId, count);
    return count > settings.maxEntries;
  });
}
