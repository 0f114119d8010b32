import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../catalog/environment-keys.ts';
import type { ModelSettings } from '../settings.ts';

const MAIN_AGENT = 'main';

/** Where agents keep their credentials: `<stateDir>/agents/<id>/agent` unless the agent names a directory (reference protocol/state-layout.md §3.5). */
export function agentDirOf(agentId: string, settings: ModelSettings, stateDir: string, env: Environment): string {
  const id = agentId.trim().toLowerCase();
  const written = settings.agents[id]?.agentDir;
  if (written === undefined) return join(stateDir, 'agents', id, 'agent');
  return written.startsWith('~/') ? join(env.OPENCLAW_HOME ?? env.HOME ?? homedir(), written.slice(2)) : written;
}

/** The directory every agent inherits profiles from. */
export function mainAgentDir(stateDir: string): string {
  return join(stateDir, 'agents', MAIN_AGENT, 'agent');
}
