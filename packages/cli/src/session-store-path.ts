import { join } from 'node:path';
import { agentSessionsDir, resolveUserPath } from '@chela/config';
import type { LoadedConfig } from './loaded-config.ts';

/** Where the original keeps an agent's sessions; the name people know the store by (reference agent/sessions.md §1.7). */
export function sessionStorePath({ current, paths }: LoadedConfig, agentId: string): string {
  const template = current.session?.store;
  if (template) return resolveUserPath(template.replaceAll('{agentId}', agentId), paths.homeDir);
  return join(agentSessionsDir(paths, agentId), 'sessions.json');
}
