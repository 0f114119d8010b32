import { isAbsolute, join, resolve } from 'node:path';
import type { Config, StatePaths } from '@chela/config';
import { defaultAgentId, normalizeAgentId } from '../sessions/agent-id.ts';

/**
 * The absolute workspace folder of an agent: its own setting, for the default agent `agents.defaults.workspace`, else
 * a folder beside the state (reference protocol/state-layout.md §3.15).
 */
export function resolveWorkspaceDir(config: Config, paths: StatePaths, agentId: string): string {
  const id = normalizeAgentId(agentId);
  const own = config.agents?.list?.find((agent) => normalizeAgentId(agent.id) === id)?.workspace?.trim();
  if (own !== undefined && own !== '') return absolutePath(own, paths.homeDir);
  if (id !== defaultAgentId(config)) return join(paths.stateDir, `workspace-${id}`);
  const shared = config.agents?.defaults?.workspace?.trim();
  if (shared !== undefined && shared !== '') return absolutePath(shared, paths.homeDir);
  return paths.defaultWorkspaceDir ?? join(paths.homeDir, '.openclaw', 'workspace');
}

/** With `~` for the home folder, from which relative paths count too. */
export function absolutePath(path: string, homeDir: string): string {
  const expanded = path === '~' || path.startsWith('~/') ? join(homeDir, path.slice(1)) : path;
  return isAbsolute(expanded) ? expanded : resolve(homeDir, expanded);
}
