import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConfigService } from '@chela/config';
import { BOOTSTRAP_NAMES, MEMORY_NAMES } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';

/**
 * Makes sure that a workspace exists. A brand-new one gets its first files and a git repository, unless
 * `agents.defaults.skipBootstrap` says no; one that somebody lives in is never touched (reference agent/sessions.md §15).
 * Each workspace is looked at once a process.
 */
export function createFurnisher(deps: {
  readonly config: ConfigService;
  readonly clock: Clock;
  readonly logger: Logger;
}): (workspaceDir: string) => Promise<void> {
  const done = new Map<string, Promise<void>>();
  return (workspaceDir) => {
    const known = done.get(workspaceDir);
    if (known !== undefined) return known;
    const skip = deps.config.current().agents?.defaults?.skipBootstrap === true;
    const work = furnish(workspaceDir, skip, deps.clock.now()).catch((error: unknown) => {
      // A turn can run without its files; the next one tries again.
      done.delete(workspaceDir);
      deps.logger.warn('the workspace could not be set up', { workspaceDir, error });
    });
    done.set(workspaceDir, work);
    return work;
  };
}

const GIT_TIMEOUT_MS = 5_000;

async function furnish(workspaceDir: string, skipBootstrap: boolean, now: number): Promise<void> {
  await mkdir(workspaceDir, { recursive: true, mode: 0o700 });
  if (skipBootstrap || !(await isBrandNew(workspaceDir))) return;
  const { WORKSPACE_TEMPLATES } = await import('./workspace-templates.ts');
  for (const name of BOOTSTRAP_NAMES) {
    const text = WORKSPACE_TEMPLATES[name];
    if (text !== undefined) await writeIfMissing(join(workspaceDir, name), text);
  }
  const state = { version: 1, bootstrapSeededAt: new Date(now).toISOString() };
  await mkdir(join(workspaceDir, '.openclaw'), { recursive: true });
  await writeIfMissing(join(workspaceDir, '.openclaw', 'workspace-state.json'), `${JSON.stringify(state, null, 2)}\n`);
  if (!(await exists(join(workspaceDir, '.git')))) await gitInit(workspaceDir);
}

async function isBrandNew(workspaceDir: string): Promise<boolean> {
  const names = [...BOOTSTRAP_NAMES, ...MEMORY_NAMES, join('.openclaw', 'workspace-state.json')];
  const found = await Promise.all(names.map((name) => exists(join(workspaceDir, name))));
  return !found.includes(true);
}

async function writeIfMissing(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Best effort: a machine without git has a workspace without history. */
async function gitInit(workspaceDir: string): Promise<void> {
  const { execFile } = await import('node:child_process');
  const { promise, resolve } = Promise.withResolvers<void>();
  execFile('git', ['init', '--quiet'], { cwd: workspaceDir, timeout: GIT_TIMEOUT_MS }, () => resolve());
  await promise;
}
