import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { GatewayServices } from '../method.ts';

/** The original's `sessions.json` of an agent, as clients are shown it (reference agent/sessions.md §1.7). */
export function sessionStorePath(services: Pick<GatewayServices, 'config'>, agentId: string): string {
  const { stateDir } = services.config.paths;
  const template = services.config.current().session?.store;
  if (!template) return join(stateDir, 'agents', agentId, 'sessions', 'sessions.json');
  const path = template
    .replaceAll('{agentId}', agentId)
    .replace(/^~(?=$|\/)/, services.config.paths.homeDir || homedir());
  return isAbsolute(path) ? path : resolve(path);
}
