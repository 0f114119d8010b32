import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ConfigService } from '@chela/config';
import { absolutePath } from './workspace-dir.ts';

/** The repository that an agent works in, for the Runtime line (reference agent/sessions.md §16); undefined without one. */
export type RepoFinder = (workspaceDir: string) => Promise<string | undefined>;

const MAX_WORKSPACES = 64;

/** `agents.defaults.repoRoot` when it is a folder, else the nearest one above the workspace; looked for once a workspace. */
export function createRepoFinder({ config }: { readonly config: ConfigService }): RepoFinder {
  const found = new Map<string, Promise<string | undefined>>();
  return async (workspaceDir) => {
    const named = config.current().agents?.defaults?.repoRoot;
    if (typeof named === 'string' && named.trim() !== '') {
      const root = absolutePath(named.trim(), config.paths.homeDir);
      if (await isFolder(root)) return root;
    }
    const known = found.get(workspaceDir) ?? repoAbove(workspaceDir);
    found.set(workspaceDir, known);
    const [oldest] = found.keys();
    if (found.size > MAX_WORKSPACES && oldest !== undefined) found.delete(oldest);
    return known;
  };
}

async function repoAbove(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    // A worktree has a file of that name.
    if (await exists(join(at, '.git'))) return at;
    if (at === dirname(at)) return undefined;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
