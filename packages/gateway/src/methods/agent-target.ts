import { canonicalSessionKey, mainSessionKey } from '@chela/agent';
import { agentIds, CORE_CHANNEL_IDS, defaultAgentId, normalizeAgentId } from '@chela/config';
import { invalidRequest, type SchemaTypes } from '@chela/protocol';
import type { GatewayServices } from '../method.ts';
import { agentOfRequest, assertKnownAgent, assertSoundKey } from './agent-roster.ts';

/** Channels a request may name although they are not connected. */
const CHANNELS: ReadonlySet<string> = new Set(CORE_CHANNEL_IDS);
/** Words that stand for wherever the conversation is. */
const NO_CHANNEL: ReadonlySet<string> = new Set(['', 'webchat', 'last']);

export interface AgentTarget {
  readonly agentId: string;
  /** Undefined when the request names neither a session nor anything to find one by. */
  readonly sessionKey: string | undefined;
  /** As the client wrote it. */
  readonly requestedKey: string | undefined;
  /** An external channel, when one is named. */
  readonly channel: string | undefined;
}

/** Which agent and session a request of `agent` is for. Throws INVALID_REQUEST in the words of the contract. */
export async function agentTarget(services: GatewayServices, params: SchemaTypes['AgentParams']): Promise<AgentTarget> {
  const config = services.config.current();
  const here = services.channels()?.ids() ?? [];
  const channel = readChannel(params.channel, here);
  const replyChannel = readChannel(params.replyChannel, here);
  const named = params.agentId?.trim() ? normalizeAgentId(params.agentId) : undefined;
  if (named !== undefined && !agentIds(config).includes(named) && named !== defaultAgentId(config)) {
    throw invalidRequest(`invalid agent params: unknown agent id "${params.agentId}"`);
  }
  const requestedKey = params.sessionKey?.trim() || undefined;
  if (requestedKey !== undefined) assertSoundKey(requestedKey, 'agent');
  const owner = agentOfRequest(config, named, requestedKey, 'agent');
  const agentId = owner ?? defaultAgentId(config);
  assertKnownAgent(config, agentId, 'agent');
  const target = { agentId, requestedKey, channel: replyChannel ?? channel };
  if (requestedKey !== undefined) return { ...target, sessionKey: canonicalSessionKey(requestedKey, config) };
  if (params.sessionId?.trim()) {
    const known = await services.store.sessions.bySessionId(params.sessionId.trim());
    const sessionKey = known?.key ?? canonicalSessionKey(`agent:${agentId}:${params.sessionId.trim()}`, config);
    return { ...target, agentId: known?.agentId ?? agentId, sessionKey };
  }
  const findable = params.to?.trim() || named !== undefined;
  return { ...target, sessionKey: findable ? mainSessionKey(config, agentId) : undefined };
}

function readChannel(raw: string | undefined, here: readonly string[]): string | undefined {
  const name = raw?.trim().toLowerCase() ?? '';
  if (NO_CHANNEL.has(name)) return undefined;
  if (!CHANNELS.has(name) && !here.includes(name))
    throw invalidRequest(`invalid agent params: unknown channel: ${raw?.trim()}`);
  return name;
}
