import { normalizeAgentId } from '../sessions/agent-id.ts';
import { groupDisplayName, groupKeyOf, sessionKeyFromContext } from '../sessions/group-keys.ts';
import {
  groupHistoryKey,
  type IdentityLinks,
  type PeerKind,
  peerSessionKey,
  threadSessionKeys,
} from '../sessions/peer-keys.ts';
import {
  agentStoreKey,
  canonicalMainAlias,
  mainSessionKey,
  parseSessionKey,
  sessionKeyShape,
} from '../sessions/session-keys.ts';
import { classifySessionKey, threadParentKey } from '../sessions/session-kind.ts';
import { goldenConfig } from './config.ts';
import { defined, type Fields, fieldsOf, flag, listOf, text } from './fields.ts';

/** Runs a case of the table `session-keys`. */
export function sessionKeysCase(input: Fields): unknown {
  const word = (name: string): string => text(input[name]) ?? '';
  switch (input.fn) {
    case 'peerKey':
      return peerSessionKey(peerInput(input));
    case 'storeKey':
      return agentStoreKey(word('agentId'), word('requestKey'), word('mainKey'));
    case 'parse':
      return parseSessionKey(text(input.key)) ?? null;
    case 'shape':
      return sessionKeyShape(text(input.key));
    case 'normalizeAgentId':
      return normalizeAgentId(text(input.value));
    case 'threadKeys':
      return threadKeys(input);
    case 'threadParent':
      return threadParentKey(text(input.key)) ?? null;
    case 'kinds':
      return kinds(word('key'));
    case 'historyKey':
      return groupHistoryKey({ ...places(input), peerKind: peerKind(input.peerKind) ?? 'group' });
    case 'canonicalMain':
      return canonicalMainAlias(goldenConfig(input.cfg), word('agentId'), word('sessionKey'));
    case 'mainKey':
      return mainSessionKey(goldenConfig(input.cfg));
    case 'fromContext':
      return sessionKeyFromContext(word('scope'), context(input.ctx), word('mainKey'));
    case 'groupKey':
      return groupKeyOf(context(input.ctx)) ?? null;
    case 'groupDisplayName':
      return groupDisplayName({
        ...strings(input, ['provider', 'subject', 'groupChannel', 'space', 'id']),
        key: word('key'),
      });
    default:
      throw new Error(`unknown rule ${String(input.fn)}`);
  }
}

function peerInput(input: Fields) {
  const kind = peerKind(input.peerKind);
  return {
    ...places(input),
    ...strings(input, ['dmScope', 'mainKey']),
    ...(kind === undefined ? {} : { peerKind: kind }),
    ...(input.identityLinks === undefined ? {} : { identityLinks: links(input.identityLinks) }),
    agentId: text(input.agentId) ?? '',
  };
}

function threadKeys(input: Fields) {
  const useSuffix = flag(input.useSuffix);
  return threadSessionKeys({
    ...strings(input, ['threadId', 'parentSessionKey']),
    ...(useSuffix === undefined ? {} : { useSuffix }),
    baseSessionKey: text(input.baseSessionKey) ?? '',
  });
}

function kinds(key: string) {
  const { subagent, subagentDepth: depth, cron, cronRun, acp } = classifySessionKey(key);
  return { subagent, depth, cron, cronRun, acp };
}

function places(input: Fields): { channel?: string; accountId?: string; peerId?: string } {
  return strings(input, ['channel', 'accountId', 'peerId']);
}

function context(value: unknown) {
  return strings(fieldsOf(value), ['From', 'ChatType', 'Provider', 'SessionKey']);
}

function links(value: unknown): IdentityLinks {
  return Object.fromEntries(
    Object.entries(fieldsOf(value)).map(([name, ids]) => [name, listOf(ids).flatMap((id) => text(id) ?? [])]),
  );
}

function peerKind(value: unknown): PeerKind | undefined {
  return value === 'direct' || value === 'group' || value === 'channel' ? value : undefined;
}

function strings<N extends string>(input: Fields, names: readonly N[]): Partial<Record<N, string>> {
  const found: Partial<Record<N, string>> = {};
  for (const name of names) {
    const value = text(defined(input)[name]);
    if (value !== undefined) found[name] = value;
  }
  return found;
}
