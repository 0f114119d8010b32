import { join } from 'node:path';
import { type Config, type Env, resolveUserPath, type StatePaths } from '@chela/config';
import { bundledSkillsDir } from '../bundled-dir.ts';
import type { SkillSource } from '../skill.ts';
import { skillSettings } from '../skill-settings.ts';

/** A folder that may hold skills. */
export interface SkillRoot {
  readonly source: SkillSource;
  readonly dir: string;
}

/** Where skills the state folder keeps live, for everybody on this machine. */
export function managedSkillsDir(paths: StatePaths): string {
  return join(paths.stateDir, 'skills');
}

/** The places where a workspace's skills come from; a later one wins (reference agent/automation.md §6.1). */
export function skillRoots(deps: {
  readonly config: Config;
  readonly paths: StatePaths;
  readonly env: Readonly<Env>;
  readonly workspaceDir: string;
}): readonly SkillRoot[] {
  const { config, paths, env, workspaceDir } = deps;
  const { homeDir } = paths;
  return [
    ...skillSettings(config).extraDirs.map(
      (dir): SkillRoot => ({
        source: 'openclaw-extra',
        dir: resolveUserPath(dir, homeDir),
      }),
    ),
    { source: 'openclaw-bundled', dir: bundledSkillsDir(env, homeDir) },
    { source: 'openclaw-managed', dir: managedSkillsDir(paths) },
    { source: 'agents-skills-personal', dir: join(homeDir, '.agents', 'skills') },
    { source: 'agents-skills-project', dir: join(workspaceDir, '.agents', 'skills') },
    { source: 'openclaw-workspace', dir: join(workspaceDir, 'skills') },
  ];
}
