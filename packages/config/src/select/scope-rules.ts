/** Where a message comes from, as far as rules ask. Absent members are read from the session key. */
export interface ScopeFacts {
  readonly sessionKey: string;
  readonly channel?: string;
  readonly chatType?: string;
}

/** The `match` of a rule; an absent member matches everything. */
export interface ScopeMatch {
  readonly channel?: unknown;
  readonly chatType?: unknown;
  /** Begin of the key, with or without `agent:<id>:`. */
  readonly keyPrefix?: unknown;
  /** Begin of the whole key. */
  readonly rawKeyPrefix?: unknown;
}

/** Whether a rule speaks of this place; letter case and white space around do not matter. Pure. */
export function scopeMatches(match: ScopeMatch, facts: ScopeFacts): boolean {
  const raw = word(facts.sessionKey);
  const rest = /^agent:[^:]+:(.+)$/.exec(raw)?.[1] ?? raw;
  if (match.channel !== undefined && word(match.channel) !== (word(facts.channel) || channelOf(rest))) return false;
  const chatType = word(facts.chatType) || chatTypeOf(rest);
  if (match.chatType !== undefined && sameChat(word(match.chatType)) !== sameChat(chatType)) return false;
  if (match.rawKeyPrefix !== undefined && !raw.startsWith(word(match.rawKeyPrefix))) return false;
  if (match.keyPrefix === undefined) return true;
  return rest.startsWith(word(match.keyPrefix)) || raw.startsWith(word(match.keyPrefix));
}

/**
 * Whether a `scope` of the configuration (`tools.media.*.scope`, `tools.links.scope`, `memory.qmd.scope`) lets a place in:
 * the first rule that matches decides, then the scope's default, then `fallback`.
 */
export function scopeAllows(scope: unknown, facts: ScopeFacts, fallback: 'allow' | 'deny'): boolean {
  const { rules, default: otherwise } = record(scope);
  const list: readonly unknown[] = Array.isArray(rules) ? rules : [];
  const first = list.map(record).find(({ match }) => scopeMatches(record(match), facts));
  const verdict = word(first?.action) || word(otherwise) || fallback;
  return verdict === 'allow';
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

/** `dm` is another word for `direct`. */
function sameChat(type: string): string {
  return type === 'dm' ? 'direct' : type;
}

function word(value: unknown): string {
  return typeof value === 'string' ? value.trim().toLowerCase() : '';
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
