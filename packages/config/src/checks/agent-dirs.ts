import { join } from 'node:path';
import { isJsonObject, type JsonObject, objectAt, text } from '../json-object.ts';
import { DEFAULT_AGENT_ID, normalizeAgentId } from '../select/agents.ts';
import { resolveUserPath } from '../select/resolve-user-path.ts';
import type { ConfigIssue, StatePaths } from '../service.ts';

/** Two agents with one folder would overwrite each other's credentials and sessions. */
export function duplicateAgentDirIssues(config: JsonObject, paths: StatePaths): ConfigIssue[] {
  const byDir = new Map<string, string[]>();
  for (const [id, dir] of agentDirs(config, paths)) byDir.set(dir, [...(byDir.get(dir) ?? []), id]);
  const conflicts = [...byDir].filter(([, ids]) => ids.length > 1);
  if (conflicts.length === 0) return [];
  const message = [
    'Duplicate agentDir detected (multi-agent config).',
    'Each agent must have a unique agentDir; sharing it causes auth/session state collisions and token invalidation.',
    '',
    'Conflicts:',
    ...conflicts.map(([dir, ids]) => `- ${dir}: ${ids.map((id) => `"${id}"`).join(', ')}`),
    '',
    'Fix: remove the shared agents.list[].agentDir override (or give each agent its own directory).',
    'If you want to share credentials, copy auth-profiles.json instead of sharing the entire agentDir.',
  ].join('\n');
  return [{ path: 'agents.list', message }];
}

function agentDirs(config: JsonObject, paths: StatePaths): Map<string, string> {
  const list = objectAt(config, 'agents')?.list;
  const dirs = new Map<string, string>();
  for (const agent of Array.isArray(list) ? list : []) {
    if (!isJsonObject(agent)) continue;
    const id = normalizeAgentId(text(agent.id));
    const own = text(agent.agentDir);
    const dir = own === undefined ? undefined : resolveUserPath(own, paths.homeDir);
    if (!dirs.has(id)) dirs.set(id, dir ?? join(paths.stateDir, 'agents', id, 'agent'));
  }
  if (dirs.size === 0) dirs.set(DEFAULT_AGENT_ID, join(paths.stateDir, 'agents', DEFAULT_AGENT_ID, 'agent'));
  return dirs;
}
