import { join } from 'node:path';
import { type Env, firstSet } from '../env.ts';
import { text } from '../json-object.ts';
import type { StatePaths } from '../service.ts';
import type { Config } from '../types.ts';
import { agentConfig, defaultAgentId, normalizeAgentId } from './agents.ts';
import { resolveUserPath } from './resolve-user-path.ts';

/**
 * The folder an agent works in: its own `workspace`; else for the default agent `agents.defaults.workspace` or
 * `<home>/.openclaw/workspace` whatever the state dir (observed); else `<state dir>/workspace-<id>`.
 */
export function agentWorkspaceDir(config: Config, paths: StatePaths, id: string): string {
  const agentId = normalizeAgentId(id);
  const own = text(agentConfig(config, agentId)?.workspace);
  if (own !== undefined) return resolveUserPath(own, paths.homeDir);
  if (agentId !== defaultAgentId(config)) return join(paths.stateDir, `workspace-${agentId}`);
  const shared = text(config.agents?.defaults?.workspace);
  if (shared !== undefined) return resolveUserPath(shared, paths.homeDir);
  return paths.defaultWorkspaceDir ?? join(paths.homeDir, '.openclaw', 'workspace');
}

/** The folder of an agent's credentials and model list: its `agentDir`, else `<state dir>/agents/<id>/agent`. */
export function agentDir(config: Config, paths: StatePaths, id: string): string {
  const agentId = normalizeAgentId(id);
  const own = text(agentConfig(config, agentId)?.agentDir);
  return own === undefined ? join(paths.stateDir, 'agents', agentId, 'agent') : resolveUserPath(own, paths.homeDir);
}

/** The folder of an agent's session files: `<state dir>/agents/<id>/sessions`. */
export function agentSessionsDir(paths: StatePaths, id: string): string {
  return join(paths.stateDir, 'agents', normalizeAgentId(id), 'sessions');
}

/** The folder of shared credentials: `OPENCLAW_OAUTH_DIR`, else `<state dir>/credentials`. */
export function credentialsDir(paths: StatePaths, env: Readonly<Env>): string {
  const named = firstSet(env, 'OPENCLAW_OAUTH_DIR');
  return named === undefined ? join(paths.stateDir, 'credentials') : resolveUserPath(named, paths.homeDir);
}
