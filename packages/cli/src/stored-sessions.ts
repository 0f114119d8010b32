import { agentWorkspaceDir } from '@chela/config';
import { silentLogger, systemClock } from '@chela/observability';
import type { LoadedConfig } from './loaded-config.ts';

const LIST_LIMIT = 10_000;

/** Opens the database for one look at the sessions, for commands that run while no gateway does. */
export async function storedSessions(loaded: LoadedConfig): Promise<[string, unknown][]> {
  const { createStore } = await import('@chela/store');
  const { config } = loaded.snapshot;
  const store = await createStore({
    stateDir: loaded.paths.stateDir,
    mirror: false,
    workspaceDir: (agentId) => agentWorkspaceDir(config, loaded.paths, agentId),
    clock: systemClock,
    logger: silentLogger('cli'),
    ...(config.session?.store !== undefined && { sessionStorePath: config.session.store }),
  });
  try {
    const { rows } = await store.sessions.list({ includeGlobal: true, includeUnknown: true, limit: LIST_LIMIT });
    return rows.map((row) => [row.key, row.entry]);
  } finally {
    await store.close();
  }
}
