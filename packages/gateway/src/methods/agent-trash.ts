import { mkdir, rename } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { agentDir, agentIds, agentSessionsDir, agentWorkspaceDir, type Config, type StatePaths } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';

/**
 * Moves the folders of a removed agent to `~/.Trash`: its workspace, credentials and sessions. Best effort; a folder
 * that holds anything of somebody else's stays where it is.
 */
export async function trashAgent(deps: {
  /** The configuration that still knew the agent. */
  readonly before: Config;
  readonly after: Config;
  readonly paths: StatePaths;
  readonly id: string;
  readonly clock: Clock;
  readonly logger: Logger;
}): Promise<void> {
  const { before, after, paths, id, clock, logger } = deps;
  const others = agentIds(after).flatMap((other) => [
    agentWorkspaceDir(after, paths, other),
    agentDir(after, paths, other),
  ]);
  const keep = [paths.homeDir, paths.stateDir, dirname(paths.configPath), ...others];
  const trash = join(paths.homeDir, '.Trash');
  const folders = [agentWorkspaceDir(before, paths, id), agentDir(before, paths, id), agentSessionsDir(paths, id)];
  for (const folder of folders) {
    if (keep.some((kept) => holds(folder, kept))) {
      logger.warn('a folder of the removed agent stays: it holds more than that agent', { folder });
      continue;
    }
    try {
      await mkdir(trash, { recursive: true, mode: 0o700 });
      await rename(folder, join(trash, `${id}-${basename(folder)}-${clock.now()}`));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') continue;
      logger.warn('a folder of the removed agent could not be moved to the trash', { folder, error });
    }
  }
}

/** Whether `inner` is `outer` or lies in it. */
function holds(outer: string, inner: string): boolean {
  const way = relative(resolve(outer), resolve(inner));
  return way === '' || !(way === '..' || way.startsWith('../'));
}
