import { randomUUID } from 'node:crypto';
import { canonicalSessionKey, resolveSessionAgentId, sessionKeyShape } from '@chela/agent';
import { agentIds, type Config, DEFAULT_AGENT_ID, defaultAgentId, normalizeAgentId } from '@chela/config';
import type { Peer } from '../auth/peer.ts';

export type RunTarget =
  | { readonly ok: true; readonly agentId: string; readonly sessionKey: string; readonly requestedSessionKey: string }
  | { readonly ok: false; readonly message: string };

const MODEL_AGENT = /^(?:openclaw[:/]|agent:)([a-z0-9][a-z0-9_-]{0,63})$/i;

/**
 * Which agent and session a `/v1` request is for (reference protocol/http.md §2). An agent that is not configured is
 * refused before anything is written for it.
 */
export function runTarget(
  config: Config,
  header: Peer['header'],
  request: { readonly model: string; readonly user: string | undefined; readonly sessionPrefix: string },
): RunTarget {
  const agentId = namedAgent(header, request.model) ?? usualAgent(config);
  if (!isKnownAgent(config, agentId)) return unknownAgent(agentId);
  const named = header('x-openclaw-session-key')?.trim();
  if (named) return namedSession(config, agentId, named);
  const user = request.user?.trim();
  const rest = user ? `${request.sessionPrefix}-user:${user}` : `${request.sessionPrefix}:${randomUUID()}`;
  const key = `agent:${agentId}:${rest}`;
  return { ok: true, agentId, sessionKey: canonicalSessionKey(key, config), requestedSessionKey: key };
}

export function isKnownAgent(config: Config, agentId: string): boolean {
  return agentIds(config).includes(agentId);
}

function namedAgent(header: Peer['header'], model: string): string | undefined {
  const named = header('x-openclaw-agent-id')?.trim() || header('x-openclaw-agent')?.trim();
  const inModel = MODEL_AGENT.exec(model.trim())?.[1];
  const id = named || inModel;
  return id ? normalizeAgentId(id) : undefined;
}

/** `main` where there is one, as ever; the default agent where `main` is not configured. */
const usualAgent = (config: Config): string =>
  isKnownAgent(config, DEFAULT_AGENT_ID) ? DEFAULT_AGENT_ID : defaultAgentId(config);

function namedSession(config: Config, agentId: string, named: string): RunTarget {
  const shape = sessionKeyShape(named.toLowerCase());
  if (shape === 'malformed_agent') return { ok: false, message: `malformed session key "${named}"` };
  const key = shape === 'agent' || agentId === defaultAgentId(config) ? named : `agent:${agentId}:${named}`;
  const sessionKey = canonicalSessionKey(key, config);
  const owner = shape === 'agent' ? resolveSessionAgentId(sessionKey, config) : agentId;
  if (!isKnownAgent(config, owner)) return unknownAgent(owner);
  return { ok: true, agentId: owner, sessionKey, requestedSessionKey: named };
}

const unknownAgent = (agentId: string): RunTarget => ({ ok: false, message: `unknown agent id "${agentId}"` });
