import { stat } from 'node:fs/promises';
import { basename, dirname, sep } from 'node:path';
import type { Clock, Logger } from '@chela/observability';
import { isIgnored, SKILL_FILE } from '../discovery/find-skill-dirs.ts';

export interface SkillWatch {
  close(): Promise<void>;
}

/** Levels below a folder that can matter: its `skills` folder, a skill, its SKILL.md. */
const LEVELS_MAX = 3;

/**
 * Calls `changed` once a burst of changes to skills under the given folders has been quiet for `debounceMs`. A folder
 * that does not exist yet is noticed when it appears: what is watched then is the nearest folder above it. Watching
 * that fails is logged and leaves things as they are.
 */
export async function watchSkillDirs(deps: {
  readonly dirs: readonly string[];
  readonly debounceMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly changed: () => void;
}): Promise<SkillWatch> {
  const { dirs } = deps;
  const { watch } = await import('chokidar');
  let cancel = (): void => {};
  const starts = await Promise.all(dirs.map(nearestExisting));
  const watcher = watch([...new Set(starts)], {
    ignoreInitial: true,
    persistent: false,
    ignored: (path, stats) =>
      !dirs.some((dir) => matters(path, dir)) || (stats?.isFile() === true && basename(path) !== SKILL_FILE),
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

async function nearestExisting(dir: string): Promise<string> {
  let at = dir;
  while (dirname(at) !== at && !(await stat(at).catch(() => undefined))) at = dirname(at);
  return at;
}

/** Whether a path is a folder of skills, in one where skills can be, or on the way to one. */
function matters(path: string, dir: string): boolean {
  if (path === dir || dir.startsWith(path.endsWith(sep) ? path : path + sep)) return true;
  if (!path.startsWith(dir + sep)) return false;
  const levels = path.slice(dir.length + 1).split(sep);
  return levels.length <= LEVELS_MAX && !levels.some(isIgnored);
}
