import { filledString, finiteNumber, isObject, type JsonObject, objectOf, stringOf } from '../json-shape.ts';

/** One credential of `auth-profiles.json` (reference agent/models.md §5.2). `secret` is what goes into the request. */
export interface AuthProfile {
  readonly id: string;
  readonly provider: string;
  readonly type: 'api_key' | 'token' | 'oauth';
  readonly secret: string;
  /** Milliseconds since the epoch; undefined for a credential that does not expire. */
  readonly expires: number | undefined;
  /** The token that buys a new `secret`; OAuth only. */
  readonly refresh: string | undefined;
  /** Shown beside the id. */
  readonly email: string | undefined;
  /** `accountId`, `metadata` and whatever else the entry holds; secrets included. */
  readonly entry: JsonObject;
}

/** What is remembered about a profile's use. Times are milliseconds since the epoch. */
export interface ProfileStats {
  readonly lastUsed?: number;
  readonly cooldownUntil?: number;
  readonly disabledUntil?: number;
  readonly disabledReason?: string;
  readonly errorCount?: number;
  readonly failureCounts?: Readonly<Record<string, number>>;
  readonly lastFailureAt?: number;
}

export interface AuthStore {
  readonly profiles: Readonly<Record<string, AuthProfile>>;
  readonly order: Readonly<Record<string, readonly string[]>>;
  readonly lastGood: Readonly<Record<string, string>>;
  readonly usageStats: Readonly<Record<string, ProfileStats>>;
}

export const EMPTY_AUTH_STORE: AuthStore = { profiles: {}, order: {}, lastGood: {}, usageStats: {} };

const SECRET_FIELDS = { api_key: 'key', token: 'token', oauth: 'access' } as const;

/** Reads a parsed `auth-profiles.json`; entries of other types or without a provider are dropped. */
export function parseAuthStore(value: unknown): AuthStore {
  const root = objectOf(value);
  const profiles = Object.entries(objectOf(root.profiles)).flatMap(([id, raw]) => {
    const profile = parseProfile(id, raw);
    return profile === undefined ? [] : [[id, profile] as const];
  });
  return {
    profiles: Object.fromEntries(profiles),
    order: Object.fromEntries(
      Object.entries(objectOf(root.order)).map(([provider, ids]) => [
        provider,
        Array.isArray(ids) ? ids.flatMap((id: unknown) => (typeof id === 'string' ? [id] : [])) : [],
      ]),
    ),
    lastGood: Object.fromEntries(
      Object.entries(objectOf(root.lastGood)).flatMap(([provider, id]) =>
        typeof id === 'string' ? [[provider, id]] : [],
      ),
    ),
    usageStats: parseUsageStats(root.usageStats),
  };
}

/** Reads `usageStats`; members of the wrong type are left out. */
export function parseUsageStats(value: unknown): Readonly<Record<string, ProfileStats>> {
  return Object.fromEntries(Object.entries(objectOf(value)).map(([id, stats]) => [id, parseStats(stats)]));
}

/** Own profiles over those of the main agent (reference agent/models.md §5.3). */
export function mergeAuthStores(main: AuthStore, own: AuthStore): AuthStore {
  return {
    profiles: { ...main.profiles, ...own.profiles },
    order: { ...main.order, ...own.order },
    lastGood: { ...main.lastGood, ...own.lastGood },
    usageStats: { ...main.usageStats, ...own.usageStats },
  };
}

export function parseStats(value: unknown): ProfileStats {
  const raw = objectOf(value);
  const numbers = (['lastUsed', 'cooldownUntil', 'disabledUntil', 'errorCount', 'lastFailureAt'] as const).flatMap(
    (name) => {
      const count = finiteNumber(raw[name]);
      return count === undefined ? [] : [[name, count] as const];
    },
  );
  const disabledReason = filledString(raw.disabledReason);
  return {
    ...Object.fromEntries(numbers),
    ...(disabledReason === undefined ? {} : { disabledReason }),
    ...(isObject(raw.failureCounts) ? { failureCounts: countsOf(raw.failureCounts) } : {}),
  };
}

function countsOf(value: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([reason, count]) => (typeof count === 'number' ? [[reason, count] as const] : [])),
  );
}

/** Members of `usageStats` entries that are understood here. */
export const STATS_FIELDS = [
  'lastUsed',
  'cooldownUntil',
  'disabledUntil',
  'disabledReason',
  'errorCount',
  'failureCounts',
  'lastFailureAt',
] as const;

/** Providers whose request needs the project beside the token (reference agent/models.md §5.6). */
const PROJECT_PROVIDERS: ReadonlySet<string> = new Set(['google-gemini-cli', 'google-antigravity']);

/** Reads one entry of `profiles`; undefined for a type nobody knows or without a provider. */
export function parseProfile(id: string, value: unknown): AuthProfile | undefined {
  const raw = objectOf(value);
  const provider = filledString(raw.provider);
  const type = (['api_key', 'token', 'oauth'] as const).find((known) => known === raw.type);
  if (provider === undefined || type === undefined) return undefined;
  const expires = finiteNumber(raw.expires);
  const secret = (stringOf(raw[SECRET_FIELDS[type]]) ?? '').trim();
  const needsProject = type === 'oauth' && secret !== '' && PROJECT_PROVIDERS.has(provider);
  return {
    id,
    provider,
    type,
    secret: needsProject ? JSON.stringify({ token: secret, projectId: stringOf(raw.projectId) ?? '' }) : secret,
    expires: expires !== undefined && expires > 0 ? expires : undefined,
    refresh: type === 'oauth' ? filledString(raw.refresh) : undefined,
    email: filledString(raw.email),
    entry: raw,
  };
}
