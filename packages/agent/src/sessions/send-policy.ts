import type { Config } from '@chela/config';
import { parseSessionKey } from './session-keys.ts';

/** May messages be sent into this session? (reference agent/sessions.md §10) Pure. */

export interface SendPolicyFacts {
  readonly sessionKey: string;
  readonly channel?: string;
  readonly chatType?: string;
  readonly entry?: { readonly sendPolicy?: string };
}

/** The session's own setting wins; then any matching deny, then a matching allow, then the configured default. */
export function sendPolicyOf(config: Config, facts: SendPolicyFacts): 'allow' | 'deny' {
  const own = policyWord(facts.entry?.sendPolicy);
  if (own !== undefined) return own;
  const policy = config.session?.sendPolicy;
  if (policy === undefined) return 'allow';
  const matching = (policy.rules ?? []).filter((rule) => ruleMatches(rule.match ?? {}, facts));
  if (matching.some((rule) => policyWord(rule.action) === 'deny')) return 'deny';
  if (matching.some((rule) => policyWord(rule.action) === 'allow')) return 'allow';
  return policyWord(policy.default) ?? 'allow';
}

type RuleMatch = {
  readonly channel?: string;
  readonly chatType?: string;
  readonly keyPrefix?: string;
  readonly rawKeyPrefix?: string;
};

function ruleMatches(match: RuleMatch, facts: SendPolicyFacts): boolean {
  const raw = facts.sessionKey.trim().toLowerCase();
  const rest = parseSessionKey(raw)?.rest ?? raw;
  const channel = word(facts.channel) || channelOf(rest);
  const chatType = word(facts.chatType) || chatTypeOf(rest);
  if (match.channel !== undefined && word(match.channel) !== channel) return false;
  if (match.chatType !== undefined && word(match.chatType) !== chatType) return false;
  if (match.rawKeyPrefix !== undefined && !raw.startsWith(word(match.rawKeyPrefix))) return false;
  if (match.keyPrefix === undefined) return true;
  return rest.startsWith(word(match.keyPrefix)) || raw.startsWith(word(match.keyPrefix));
}

function channelOf(rest: string): string {
  const [channel, kind] = rest.split(':');
  return kind === 'group' || kind === 'channel' || kind === 'direct' ? (channel ?? '') : '';
}

function chatTypeOf(rest: string): string {
  if (rest.includes(':group:') || rest.startsWith('group:')) return 'group';
  if (rest.includes(':channel:') || rest.startsWith('channel:')) return 'channel';
  return rest.includes(':direct:') || rest.startsWith('direct:') ? 'direct' : '';
}

function policyWord(value: string | undefined): 'allow' | 'deny' | undefined {
  const lower = word(value);
  return lower === 'allow' || lower === 'deny' ? lower : undefined;
}

function word(value: string | undefined): string {
  return (value ?? '').trim().toLowerCase();
}
