import type { Config } from '@chela/config';
import { isRecord } from '../messages/content-parts.ts';
import { DEFAULT_ACCOUNT_ID, defaultAgentId, normalizeAgentId } from '../sessions/agent-id.ts';
import { type IdentityLinks, type PeerKind, peerSessionKey } from '../sessions/peer-keys.ts';
import { agentMainSessionKey } from '../sessions/session-keys.ts';

/** Where a message of a channel comes from, as far as bindings can ask. */
export interface RouteQuery {
  readonly channel: string;
  readonly accountId?: string;
  readonly peer?: RoutePeer;
  /** The conversation a thread hangs on. */
  readonly parentPeer?: RoutePeer;
  readonly guildId?: string;
  readonly teamId?: string;
  readonly memberRoleIds?: readonly string[];
}

export interface RoutePeer {
  readonly kind: PeerKind;
  readonly id: string;
}

export interface Route {
  readonly agentId: string;
  readonly channel: string;
  readonly accountId: string;
  readonly sessionKey: string;
  readonly mainSessionKey: string;
  readonly matchedBy: (typeof TIERS)[number]['name'] | 'default';
}

/** Stands for the peer of a message whose sender is not known. */
const NOBODY = 'unknown';

/** What a binding asks for; absent members ask for nothing. */
interface BindingMatch {
  readonly channel: string;
  /** `*` is every account. */
  readonly accountId: string;
  readonly peer: RoutePeer | undefined;
  readonly guildId: string;
  readonly teamId: string;
  readonly roles: readonly string[];
}

interface Binding {
  readonly agentId: string;
  readonly match: BindingMatch;
}

/** Nearest first. A binding belongs to the tier of the narrowest thing it names. */
const TIERS = [
  { name: 'binding.peer', takes: (match: BindingMatch) => match.peer !== undefined, peer: 'own' },
  { name: 'binding.peer.parent', takes: (match: BindingMatch) => match.peer !== undefined, peer: 'parent' },
  { name: 'binding.guild+roles', takes: (match: BindingMatch) => match.guildId !== '' && match.roles.length > 0 },
  { name: 'binding.guild', takes: (match: BindingMatch) => match.guildId !== '' && match.roles.length === 0 },
  { name: 'binding.team', takes: (match: BindingMatch) => match.teamId !== '' },
  { name: 'binding.account', takes: (match: BindingMatch) => match.accountId !== '*' },
  { name: 'binding.channel', takes: (match: BindingMatch) => match.accountId === '*' },
] as const;

/**
 * The agent and the session of a message: the first binding of the nearest tier, else the default agent (reference
 * agent/sessions.md §2). Pure.
 */
export function resolveRoute(config: Config, query: RouteQuery): Route {
  const channel = word(query.channel);
  const accountId = accountOf(query.accountId);
  const candidates = readBindings(config).filter(
    ({ match }) => match.channel === channel && (match.accountId === '*' || match.accountId === accountId),
  );
  for (const tier of TIERS) {
    const peer = 'peer' in tier && tier.peer === 'parent' ? query.parentPeer : query.peer;
    const found = candidates.find(({ match }) => tier.takes(match) && satisfies(match, query, peer));
    if (found !== undefined) {
      return routeTo(config, existingAgent(config, found.agentId), { ...query, channel, accountId }, tier.name);
    }
  }
  return routeTo(config, defaultAgentId(config), { ...query, channel, accountId }, 'default');
}

function routeTo(
  config: Config,
  agentId: string,
  query: RouteQuery & { readonly accountId: string },
  matchedBy: Route['matchedBy'],
): Route {
  const { channel, accountId, peer } = query;
  const { dmScope, identityLinks } = config.session ?? {};
  const sessionKey = peerSessionKey({
    agentId,
    channel,
    accountId,
    ...(peer === undefined ? {} : { peerKind: peer.kind, peerId: peer.id.trim() || NOBODY }),
    ...(dmScope === undefined ? {} : { dmScope }),
    identityLinks: readLinks(identityLinks),
  });
  return { agentId, channel, accountId, sessionKey, mainSessionKey: agentMainSessionKey(agentId, ''), matchedBy };
}

/** Whatever a binding names must hold, in whichever tier it is looked at. */
function satisfies(match: BindingMatch, query: RouteQuery, peer: RoutePeer | undefined): boolean {
  if (match.peer !== undefined && (peer?.kind !== match.peer.kind || peer.id.trim() !== match.peer.id)) return false;
  if (match.guildId !== '' && match.guildId !== query.guildId?.trim()) return false;
  if (match.teamId !== '' && match.teamId !== query.teamId?.trim()) return false;
  return match.roles.length === 0 || match.roles.some((role) => query.memberRoleIds?.includes(role));
}

/** A binding to no agent, or to one that is not in the list, leads to the default agent. */
function existingAgent(config: Config, agentId: string): string {
  if (agentId === '') return defaultAgentId(config);
  const wanted = normalizeAgentId(agentId);
  const list = config.agents?.list ?? [];
  const isKnown = list.length === 0 || list.some((agent) => normalizeAgentId(agent.id) === wanted);
  return isKnown ? wanted : defaultAgentId(config);
}

function readBindings(config: Config): readonly Binding[] {
  const { bindings } = config;
  if (!Array.isArray(bindings)) return [];
  return bindings.flatMap((binding: unknown): Binding[] => {
    if (!isRecord(binding) || !isRecord(binding.match)) return [];
    const peer = readPeer(binding.match.peer);
    // A conversation that cannot be read is none: without it the binding would take every conversation.
    return peer === 'unreadable' ? [] : [{ agentId: text(binding.agentId), match: readMatch(binding.match, peer) }];
  });
}

function readMatch(match: Readonly<Record<string, unknown>>, peer: RoutePeer | undefined): BindingMatch {
  return {
    channel: word(text(match.channel)),
    accountId: accountOf(match.accountId),
    peer,
    guildId: text(match.guildId),
    teamId: text(match.teamId),
    roles: Array.isArray(match.roles) ? match.roles.filter((role) => typeof role === 'string') : [],
  };
}

/** A peer as configurations write it, where `dm` is an older word for `direct`; undefined when none is named. */
function readPeer(value: unknown): RoutePeer | 'unreadable' | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isRecord(value)) return 'unreadable';
  const given = word(text(value.kind));
  const kind = given === 'dm' ? 'direct' : given;
  const id = typeof value.id === 'number' ? String(value.id) : text(value.id);
  return id !== '' && (kind === 'direct' || kind === 'group' || kind === 'channel') ? { kind, id } : 'unreadable';
}

function readLinks(value: unknown): IdentityLinks {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, ids]) => [
      name,
      Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [],
    ]),
  );
}

/** Accounts are named as the configuration spells them. */
const accountOf = (value: unknown): string => text(value) || DEFAULT_ACCOUNT_ID;

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
const word = (value: string): string => value.trim().toLowerCase();
