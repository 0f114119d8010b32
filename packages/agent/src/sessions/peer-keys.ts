import { normalizeAccountId, normalizeAgentId } from './agent-id.ts';
import { agentMainSessionKey } from './session-keys.ts';

/** Keys for conversations on channels (reference agent/sessions.md §1.3, §1.4). Pure. */

export type PeerKind = 'direct' | 'group' | 'channel';

/** Canonical name → the ids that mean this person, plain or as `channel:id`. */
export type IdentityLinks = Readonly<Record<string, readonly string[]>>;

export interface PeerKeyInput {
  readonly agentId: string;
  readonly channel?: string | null;
  readonly accountId?: string | null;
  readonly peerKind?: PeerKind;
  readonly peerId?: string | null;
  readonly dmScope?: string;
  readonly mainKey?: string;
  readonly identityLinks?: IdentityLinks;
}

/** The session of a peer: direct messages by DM scope, groups and channels always for themselves. */
export function peerSessionKey(input: PeerKeyInput): string {
  const agentId = normalizeAgentId(input.agentId);
  const channel = token(input.channel) || 'unknown';
  const kind = input.peerKind ?? 'direct';
  if (kind !== 'direct') return `agent:${agentId}:${channel}:${kind}:${token(input.peerId) || 'unknown'}`;
  const scope = input.dmScope ?? 'main';
  const peer = scope === 'main' ? '' : linkedPeer(input, channel) || token(input.peerId);
  if (peer === '') return agentMainSessionKey(agentId, input.mainKey ?? '');
  if (scope === 'per-account-channel-peer') {
    return `agent:${agentId}:${channel}:${normalizeAccountId(input.accountId)}:direct:${peer}`;
  }
  if (scope === 'per-channel-peer') return `agent:${agentId}:${channel}:direct:${peer}`;
  if (scope === 'per-peer') return `agent:${agentId}:direct:${peer}`;
  return agentMainSessionKey(agentId, input.mainKey ?? '');
}

/** The session of a thread. Channels whose threads have their own id pass `useSuffix: false`. */
export function threadSessionKeys(input: {
  readonly baseSessionKey: string;
  readonly threadId?: string | null;
  readonly parentSessionKey?: string;
  readonly useSuffix?: boolean;
}): { readonly sessionKey: string; readonly parentSessionKey?: string } {
  const threadId = token(input.threadId);
  if (threadId === '') return { sessionKey: input.baseSessionKey };
  const sessionKey = input.useSuffix === false ? input.baseSessionKey : `${input.baseSessionKey}:thread:${threadId}`;
  return input.parentSessionKey === undefined
    ? { sessionKey }
    : { sessionKey, parentSessionKey: input.parentSessionKey };
}

/** The key under which a group's recent messages are buffered. */
export function groupHistoryKey(input: {
  readonly channel?: string | null;
  readonly accountId?: string | null;
  readonly peerKind: PeerKind;
  readonly peerId?: string | null;
}): string {
  const channel = token(input.channel) || 'unknown';
  return `${channel}:${normalizeAccountId(input.accountId)}:${input.peerKind}:${token(input.peerId) || 'unknown'}`;
}

function linkedPeer(input: PeerKeyInput, channel: string): string {
  const peer = token(input.peerId);
  if (peer === '' || input.identityLinks === undefined) return '';
  const names = new Set([peer, `${channel}:${peer}`]);
  const found = Object.entries(input.identityLinks).find(([, ids]) => ids.some((id) => names.has(token(id))));
  return token(found?.[0]);
}

function token(value: string | null | undefined): string {
  return (value ?? '').trim().toLowerCase();
}
