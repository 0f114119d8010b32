import { agentMainSessionKey, canonicalSessionKey, configuredMainKey, resolveRoute } from '@chela/agent';
import { agentIds, type Config } from '@chela/config';
import type { InboundConversation, InboundSender } from '../contract/inbound.ts';
import type { AccountName } from '../kernel.ts';
import { isRecord } from '../record.ts';

/** Which agent answers a conversation, and in which session. */
export interface ConversationRoute {
  readonly agentId: string;
  readonly sessionKey: string;
  /** Where the way to the owner is kept. */
  readonly mainSessionKey: string;
}

/**
 * Bindings, scopes and identity links decide (reference channels/framework.md §10). A topic or thread is a peer of its own
 * whose parent is its group, so that a binding may name either. Pure.
 */
export function routeConversation(
  config: Config,
  account: AccountName,
  conversation: InboundConversation,
  sender: InboundSender,
): ConversationRoute {
  const { type, id, threadSuffix, parentId, guildId, teamId, memberRoleIds } = conversation;
  const isDirect = type === 'direct';
  const inThread = threadSuffix === undefined || isDirect ? id : `${id}:${threadSuffix}`;
  const parent = parentId ?? (inThread === id ? undefined : id);
  const route = resolveRoute(config, {
    channel: account.channel,
    accountId: account.accountId,
    peer: { kind: type, id: isDirect ? (id === '' ? sender.id : id) : inThread },
    ...(parent !== undefined && { parentPeer: { kind: type, id: parent } }),
    ...(guildId !== undefined && { guildId }),
    ...(teamId !== undefined && { teamId }),
    ...(memberRoleIds !== undefined && { memberRoleIds }),
  });
  const base = canonicalSessionKey(route.sessionKey, config);
  return {
    agentId: route.agentId,
    sessionKey: isDirect && threadSuffix !== undefined ? `${base}:${threadSuffix.toLowerCase()}` : base,
    mainSessionKey: agentMainSessionKey(route.agentId, configuredMainKey(config)),
  };
}

/** The conversation that a thread hangs on. */
export function parentConversation(conversation: InboundConversation): InboundConversation {
  const { threadId: _thread, threadSuffix: _suffix, parentId, ...rest } = conversation;
  return { ...rest, id: parentId ?? conversation.id };
}

/** Agents that all answer a group, each in its own session (reference channels/framework.md §11); undefined for a usual group. Pure. */
export function broadcastAgents(
  config: Config,
  conversation: InboundConversation,
):
  | { readonly agents: readonly string[]; readonly unknown: readonly string[]; readonly isSequential: boolean }
  | undefined {
  const { broadcast } = config;
  if (!isRecord(broadcast)) return undefined;
  const listed = broadcast[conversation.id];
  if (!Array.isArray(listed)) return undefined;
  const known = agentIds(config);
  const wanted = listed.map((id) => String(id).trim().toLowerCase());
  const agents = wanted.filter((id) => known.includes(id));
  if (agents.length === 0) return undefined;
  return {
    agents,
    unknown: wanted.filter((id) => !known.includes(id)),
    isSequential: broadcast.strategy === 'sequential',
  };
}
