import { join } from 'node:path';
import {
  agentWorkspaceDir,
  type Config,
  defaultAgentId,
  type Env,
  resolveUserPath,
  type StatePaths,
} from '@chela/config';
import { bundledHooksDir } from '../bundled-dir.ts';
import { hookSettings } from '../hook-settings.ts';
import type { HookRoot } from './find-hooks.ts';

/** Hooks that a person installed for all agents. */
export function managedHooksDir(paths: StatePaths): string {
  return join(paths.stateDir, 'hooks');
}

/** The workspace whose hooks count: the default agent's. */
export function defaultWorkspace(config: Config, paths: StatePaths): string {
  return agentWorkspaceDir(config, paths, defaultAgentId(config));
}

/** Where hooks are looked for, the weakest first (reference agent/automation.md §4.1). */
export function hookRoots(config: Config, paths: StatePaths, env: Readonly<Env>): readonly HookRoot[] {
  const { homeDir } = paths;
  return [
    ...hookSettings(config).extraDirs.map(
      (dir): HookRoot => ({ dir: resolveUserPath(dir, homeDir), source: 'openclaw-workspace' }),
    ),
    { dir: bundledHooksDir(env, homeDir), source: 'openclaw-bundled' },
    { dir: managedHooksDir(paths), source: 'openclaw-managed' },
    { dir: join(defaultWorkspace(config, paths), 'hooks'), source: 'openclaw-workspace' },
  ];
}
