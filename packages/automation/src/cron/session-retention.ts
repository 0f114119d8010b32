import { classifySessionKey, parseDurationMs } from '@chela/agent';
import type { ConfigService } from '@chela/config';
import type { Clock } from '@chela/observability';
import type { Store } from '@chela/store';
import { isRecord } from '../record.ts';

const DEFAULT_RETENTION_MS = 24 * 60 * 60 * 1000;
const SWEEP_EVERY_MS = 5 * 60 * 1000;

/** Removes the sessions of single runs past `cron.sessionRetention` (reference agent/automation.md §1.12), now and then. */
export function createSessionSweep(deps: {
  readonly config: ConfigService;
  readonly store: Pick<Store, 'sessions'>;
  readonly clock: Clock;
}): () => Promise<void> {
  const { config, store, clock } = deps;
  let sweptAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const retention = retentionMs(config);
    const now = clock.now();
    if (retention === undefined || now - sweptAt < SWEEP_EVERY_MS) return;
    sweptAt = now;
    const { rows } = await store.sessions.list({ search: ':run:' });
    for (const { key, entry } of rows) {
      if (!classifySessionKey(key).cronRun || now - entry.updatedAt <= retention) continue;
      const jobSession = await store.sessions.get(key.slice(0, key.lastIndexOf(':run:')));
      const isShared = jobSession?.entry.sessionId === entry.sessionId;
      await store.sessions.delete(key, { archiveTranscript: !isShared });
    }
  };
}

/** Undefined: they are kept. */
function retentionMs({ current }: ConfigService): number | undefined {
  const { cron } = current();
  const setting = isRecord(cron) ? cron.sessionRetention : undefined;
  if (setting === false) return undefined;
  return (typeof setting === 'string' ? parseDurationMs(setting, 'h') : undefined) ?? DEFAULT_RETENTION_MS;
}
