import type { Clock, Logger } from '@chela/observability';
import { isIgnored } from '../discovery/find-skill-dirs.ts';

export interface SkillWatch {
  close(): Promise<void>;
}

/** Folder, its `skills` folder, a skill, its files. */
const WATCH_DEPTH = 2;

/**
 * Calls `changed` once a burst of changes under the given folders has been quiet for `debounceMs`. Folders that do not
 * exist yet are noticed when they appear. Watching that fails is logged and leaves things as they are.
 */
export async function watchSkillDirs(deps: {
  readonly dirs: readonly string[];
  readonly debounceMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly changed: () => void;
}): Promise<SkillWatch> {
  const { watch } = await import('chokidar');
  let cancel = (): void => {};
  const roots = new Set(deps.dirs);
  const watcher = watch([...deps.dirs], {
    ignoreInitial: true,
    depth: WATCH_DEPTH,
    persistent: false,
    ignored: (path) => !roots.has(path) && isIgnored(path),
  });
  watcher.on('all', () => {
    cancel();
    cancel = deps.clock.after(deps.debounceMs, deps.changed);
  });
  watcher.on('error', (error) => deps.logger.warn('skill folders cannot be watched', { error }));
  await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
  return {
    async close() {
      cancel();
      await watcher.close();
    },
  };
}
