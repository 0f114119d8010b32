import { canonicalSessionKey, parseSessionKey, resolveSessionAgentId } from '@chela/agent';
import { type Config, defaultAgentId, normalizeAgentId } from '@chela/config';
import { isKnownAgent } from '../run-target.ts';
import type { Reading } from './hook-payload.ts';
import { hookSessionKey } from './hook-session-key.ts';
import type { HookSettings } from './hook-settings.ts';

export interface HookTarget {
  readonly agentId: string;
  readonly sessionKey: string;
}

const AGENT_REFUSED = 'agentId is not allowed by hooks.allowedAgentIds';

/** The agent and session of a hook's run. An unknown agent stands for the default one (reference protocol/http.md §5). */
export function hookTarget(
  config: Config,
  settings: Pick<HookSettings, 'allowedAgentIds' | 'sessionPolicy'>,
  asked: {
    readonly source: 'request' | 'mapping';
    readonly agentId: string | undefined;
    readonly sessionKey: string | undefined;
    readonly generatedId: string;
  },
): Reading<HookTarget> {
  const agentId = knownAgent(config, asked.agentId);
  if (asked.agentId !== undefined && !isAllowed(settings, agentId)) return { ok: false, error: AGENT_REFUSED };
  const key = hookSessionKey({ ...asked, policy: settings.sessionPolicy });
  if (!key.ok) return key;
  const named = parseSessionKey(key.value.toLowerCase());
  const sessionKey = canonicalSessionKey(named ? key.value : `agent:${agentId}:${key.value}`, config);
  const owner = resolveSessionAgentId(sessionKey, config);
  // A session of another agent is that agent's run, so the same rules hold for it.
  const foreign = owner !== agentId && (!isKnownAgent(config, owner) || !isAllowed(settings, owner));
  return foreign ? { ok: false, error: AGENT_REFUSED } : { ok: true, value: { agentId: owner, sessionKey } };
}

function knownAgent(config: Config, agentId: string | undefined): string {
  const named = agentId === undefined ? undefined : normalizeAgentId(agentId);
  return named !== undefined && isKnownAgent(config, named) ? named : defaultAgentId(config);
}

function isAllowed({ allowedAgentIds }: Pick<HookSettings, 'allowedAgentIds'>, agentId: string): boolean {
  if (allowedAgentIds === undefined) return true;
  return allowedAgentIds.some((id) => id.trim() === '*' || normalizeAgentId(id) === agentId);
}
