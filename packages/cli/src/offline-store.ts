import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { agentWorkspaceDir } from '@chela/config';
import { silentLogger, systemClock } from '@chela/observability';
import type { Store } from '@chela/store';
import type { LoadedConfig } from './loaded-config.ts';

const LIST_LIMIT = 10_000;

/** Whether anything is stored here; a look at an empty place must not furnish it. */
function hasState({ paths }: LoadedConfig): boolean {
  return ['chela', 'agents'].some((name) => existsSync(join(paths.stateDir, name)));
}

/**
 * Opens the database for one look, for commands that run while no gateway does; undefined when nothing is stored yet.
 * Throws StoreLockedError while a gateway has it.
 */
export async function withOfflineStore<T>(
  loaded: LoadedConfig,
  use: (store: Store) => Promise<T>,
): Promise<T | undefined> {
  if (!hasState(loaded)) return undefined;
  const { createStore } = await import('@chela/store');
  const { current, paths } = loaded;
  const store = await createStore({
    stateDir: paths.stateDir,
    mirror: false,
    workspaceDir: (agentId) => agentWorkspaceDir(current, paths, agentId),
    clock: systemClock,
    logger: silentLogger('cli'),
    ...(current.session?.store !== undefined && { sessionStorePath: current.session.store }),
  });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** Every session by its key, newest first. */
export async function storedSessions(loaded: LoadedConfig): Promise<readonly (readonly [string, unknown])[]> {
  const found = await withOfflineStore(loaded, async (store) => {
    const { rows } = await store.sessions.list({ includeGlobal: true, includeUnknown: true, limit: LIST_LIMIT });
    return rows.map((row) => [row.key, row.entry] as const);
  });
  return found ?? [];
}

/** By name, so that nobody loads the database to ask. */
export function isStoreLocked(error: unknown): boolean {
  return error instanceof Error && error.name === 'StoreLockedError';
}
