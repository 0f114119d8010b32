import { access, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { agentWorkspaceDir, createConfigEditor, ensureFirstRun, type StatePaths } from '@chela/config';
import { silentLogger } from '@chela/observability';
import { type CliContext, CliFailure } from './context.ts';
import { loadConfig } from './loaded-config.ts';

/** What a reset sets aside in the state directory, besides configuration and workspace (reference cli/cli.md §5). */
const RESET_ENTRIES = ['credentials', 'agents', 'chela', 'sessions'];

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Someone's everyday state: the default directory without a profile. A development reset never touches it. */
function isEverydayState(paths: StatePaths, env: NodeJS.ProcessEnv): boolean {
  const profile = env.OPENCLAW_PROFILE;
  return paths.stateDir === join(paths.homeDir, '.openclaw') && (!profile || profile === 'default');
}

/** Moves what stands into a folder of its own; nothing is deleted. Returns that folder, or undefined when there was nothing. */
async function setAside(context: CliContext): Promise<string | undefined> {
  const { paths, current } = await loadConfig(context);
  if (isEverydayState(paths, context.env)) {
    throw new CliFailure([
      `--reset would empty your everyday state directory ${paths.stateDir}.`,
      'Use a profile for development: chela --dev gateway run --dev --reset',
    ]);
  }
  const running = await context.runningGateway(paths.configPath);
  if (running !== undefined) {
    throw new CliFailure([`--reset: a gateway (process ${running.pid}) uses ${paths.stateDir}. Stop it first.`]);
  }
  const workspace = agentWorkspaceDir(current, paths, 'main');
  const folder = join(paths.stateDir, `reset-${new Date(context.now()).toISOString().replaceAll(':', '-')}`);
  const moves = [
    [paths.configPath, 'openclaw.json'],
    ...(workspace === join(paths.homeDir, '.openclaw', 'workspace') ? [] : [[workspace, 'workspace'] as const]),
    ...RESET_ENTRIES.map((name) => [join(paths.stateDir, name), name]),
  ] as const;
  let moved = false;
  for (const [from = '', name = ''] of moves) {
    if (!(await exists(from))) continue;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rename(from, join(folder, name));
    moved = true;
  }
  return moved ? folder : undefined;
}

/**
 * `gateway run --dev`: a configuration and a workspace when there are none, without the first-conversation file;
 * with `reset`, what was there is set aside first. Throws CliFailure for a reset of the everyday state.
 */
export async function prepareDevState(context: CliContext, reset: boolean): Promise<void> {
  if (reset) {
    const folder = await setAside(context);
    if (folder !== undefined) context.output.errorLine(`--reset: the former state is in ${folder}`);
  }
  const { paths } = await loadConfig(context);
  const { created } = await ensureFirstRun(paths, context.env);
  if (!created) return;
  const editor = createConfigEditor({ paths, env: context.env, logger: silentLogger('cli') });
  await editor.edit([{ path: ['agents', 'defaults', 'skipBootstrap'], value: true }]);
}
