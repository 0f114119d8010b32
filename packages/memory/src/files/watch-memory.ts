import { join } from 'node:path';
import type { Clock, Logger } from '@chela/observability';
import type { MemoryPlaces } from './find-memory-files.ts';

export interface MemoryWatch {
  close(): Promise<void>;
}

/** Calls `changed` once a burst of changes to memory files has been quiet for `debounceMs`. Failing to watch is logged. */
export async function watchMemory(deps: {
  readonly places: MemoryPlaces;
  readonly debounceMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly changed: () => void;
}): Promise<MemoryWatch> {
  const { workspaceDir, extraPaths } = deps.places;
  const { watch } = await import('chokidar');
  let cancel = (): void => {};
  const names = ['MEMORY.md', 'memory.md', 'memory'].map((name) => join(workspaceDir, name));
  const watcher = watch([...names, ...extraPaths], {
    ignoreInitial: true,
    persistent: false,
    followSymlinks: false,
    ignored: (path, stats) => stats?.isFile() === true && !path.endsWith('.md'),
  });
  watcher.on('all', () => {
    cancel();
    cancel = deps.clock.after(deps.debounceMs, deps.changed);
  });
  watcher.on('error', (error) => deps.logger.warn('memory files cannot be watched', { error }));
  await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
  return {
    async close() {
      cancel();
      await watcher.close();
    },
  };
}
