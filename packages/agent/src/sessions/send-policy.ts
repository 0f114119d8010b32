import { type Config, scopeMatches } from '@chela/config';

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
  const matching = (policy.rules ?? []).filter((rule) => scopeMatches(rule.match ?? {}, facts));
  if (matching.some((rule) => policyWord(rule.action) === 'deny')) return 'deny';
  if (matching.some((rule) => policyWord(rule.action) === 'allow')) return 'allow';
  return policyWord(policy.default) ?? 'allow';
}

function policyWord(value: string | undefined): 'allow' | 'deny' | undefined {
  const lower = word(value);
  return lower === 'allow' || lower === 'deny' ? lower : undefined;
}

function word(value: string | undefined): string {
  return (value ?? '').trim().toLowerCase();
}
