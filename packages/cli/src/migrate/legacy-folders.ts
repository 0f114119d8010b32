import { lstat, rename, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { firstSet, type StatePaths } from '@chela/config';

/** Names of earlier releases, in the order they are looked for (reference config/config.md §1). */
const LEGACY_FOLDERS = ['.clawdbot', '.moldbot', '.moltbot'] as const;
const PRESENT_FOLDER = '.openclaw';

export interface FolderMove {
  readonly from: string;
  readonly to: string;
}

export interface LegacyFolders {
  /** The folder that becomes the state directory; undefined when there is nothing to rename. */
  readonly move: FolderMove | undefined;
  /** Folders of earlier releases that stand beside the state directory. */
  readonly others: readonly string[];
}

/** Looks for state of earlier releases under the home directory. A state directory that is named in the environment is used as it is. */
export async function findLegacyFolders(paths: StatePaths, env: NodeJS.ProcessEnv): Promise<LegacyFolders> {
  const folders = await Promise.all(
    LEGACY_FOLDERS.map(async (name) => {
      const path = join(paths.homeDir, name);
      return { path, isFolder: await isRealFolder(path) };
    }),
  );
  const present = folders.filter(({ isFolder }) => isFolder).map(({ path }) => path);
  const named = firstSet(env, 'OPENCLAW_STATE_DIR', 'CLAWDBOT_STATE_DIR') !== undefined;
  const target = join(paths.homeDir, PRESENT_FOLDER);
  const [first, ...rest] = present;
  if (named) return { move: undefined, others: [] };
  if (first === undefined || (await exists(target))) return { move: undefined, others: present };
  return { move: { from: first, to: target }, others: rest };
}

/** Renames the folder and leaves a link under the old name, for programs that still look there. */
export async function moveFolder({ from, to }: FolderMove): Promise<void> {
  await rename(from, to);
  await symlink(to, from, 'dir');
}

/** A configuration under a name of an earlier release, with the name it should have beside the state. */
export function legacyConfigCopy(paths: StatePaths, env: NodeJS.ProcessEnv): FolderMove | undefined {
  if (firstSet(env, 'OPENCLAW_CONFIG_PATH', 'CLAWDBOT_CONFIG_PATH') !== undefined) return undefined;
  if (basename(paths.configPath) === 'openclaw.json') return undefined;
  return { from: paths.configPath, to: join(paths.stateDir, 'openclaw.json') };
}

async function isRealFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
