import { join } from 'node:path';
import { agentWorkspaceDir, type Config, type StatePaths } from '@chela/config';
import { silentLogger, systemClock } from '@chela/observability';
import type { Store } from '@chela/store';

export function databasePath(stateDir: string): string {
  return join(stateDir, 'chela', 'chela.sqlite');
}

/** The database for one pass, closed afterwards; sessions come in only when the pass asks for them. */
export async function withState<T>(
  paths: StatePaths,
  config: Config,
  options: { readonly mirror: boolean },
  use: (store: Store) => Promise<T>,
): Promise<T> {
  const { createStore } = await import('@chela/store');
  const sessionStorePath = config.session?.store;
  const store = await createStore({
    stateDir: paths.stateDir,
    mirror: options.mirror,
    importOnDemand: true,
    workspaceDir: (agentId) => agentWorkspaceDir(config, paths, agentId),
    clock: systemClock,
    logger: silentLogger('cli'),
    ...(sessionStorePath !== undefined && { sessionStorePath }),
  });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** A copy of the database for a restore point, when there is one. */
export function databaseCopier(
  paths: StatePaths,
  config: Config,
): { readonly path: string; copyTo(file: string): Promise<void> } {
  const path = databasePath(paths.stateDir);
  return { path, copyTo: (file) => withState(paths, config, { mirror: false }, (store) => store.passes.backUp(file)) };
}
