import type { Config } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';
import type { SessionRepository, SessionRow } from '@chela/store';
import { type MaintenanceSettings, maintenanceSettings } from './maintenance-settings.ts';

/** Puts away sessions that nobody uses any more (reference agent/sessions.md §3). */
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
  /** Keys of the sessions that run; they stay. */
  readonly running: () => readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
}): SessionMaintenance {
  const { sessions, clock, logger } = deps;
  let closed = false;
  let told = 0;
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
    const due = evicted((await sessions.list(EVERY_KIND)).rows, settings, clock.now());
    if (due.length === 0) return [];
    const gone: string[] = [];
    for (const { key, entry } of due) {
      if (closed) break;
      if (deps.running().includes(key)) continue;
      // Somebody may have used it since the look above.
      if ((await sessions.get(key))?.entry.updatedAt !== entry.updatedAt) continue;
      if (await sessions.delete(key, { archiveTranscript: true })) gone.push(key);
    }
    logger.info('unused sessions were put away', { sessions: gone.length });
    return gone;
  };

  const again = (): void => {
    underWay = round().catch((error: unknown) => logger.warn('unused sessions could not be put away', { error }));
    cancel = clock.after(ROUND_MS, again);
  };
  let cancel = clock.after(FIRST_ROUND_MS, again);

  return {
    round,
    async close() {
      closed = true;
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
