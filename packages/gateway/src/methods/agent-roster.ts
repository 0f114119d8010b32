import { resolveSessionAgentId, sessionKeyShape } from '@chela/agent';
import type { Config } from '@chela/config';
import { agentIds, defaultAgentId } from '@chela/config';
import { invalidRequest } from '@chela/protocol';

/** The default agent first, the others by id: the order of `agents.list` and `status`. */
export function rosterIds(config: Config): readonly string[] {
  const first = defaultAgentId(config);
  const others = agentIds(config).filter((id) => id !== first);
  return [first, ...others.toSorted((a, b) => a.localeCompare(b))];
}

/** Refuses sessions of agents that do not exist, before anything is written for them. */
export function assertKnownAgent(config: Config, agentId: string, method: string): void {
  if (agentIds(config).includes(agentId) || agentId === defaultAgentId(config)) return;
  throw invalidRequest(`invalid ${method} params: unknown agent id "${agentId}"`);
}

/** Refuses a key that starts like an agent key, in any case, and is none, e.g. `agent:x`. */
export function assertSoundKey(key: string, method: string): void {
  if (sessionKeyShape(key.toLowerCase()) !== 'malformed_agent') return;
  throw invalidRequest(`invalid ${method} params: malformed session key "${key.trim()}"`);
}

/** The agent of a key; an explicitly named agent must be the same. */
export function agentOfRequest(
  config: Config,
  named: string | undefined,
  sessionKey: string | undefined,
  method: string,
): string | undefined {
  if (sessionKey === undefined) return named;
  const owner = resolveSessionAgentId(sessionKey, config);
  if (named !== undefined && named !== owner) {
    throw invalidRequest(`invalid ${method} params: agent "${named}" does not match session key agent "${owner}"`);
  }
  return owner;
}
