import { normalizeProvider } from '../refs.ts';
import type { AuthSettings } from '../settings.ts';
import { clearExpiredRests, restingUntil } from './cooldown.ts';
import type { AuthProfile, AuthStore } from './profiles.ts';

const TYPE_RANK = { oauth: 0, token: 1, api_key: 2 } as const;

/**
 * The profile ids of a provider in the order they are to be tried (reference agent/models.md §5.7).
 * A written order is kept, otherwise types rank oauth, token, api_key and the least recently used goes first;
 * resting profiles go last, soonest back first.
 */
export function orderProfiles(input: {
  readonly provider: string;
  readonly store: AuthStore;
  readonly auth: AuthSettings;
  readonly nowMs: number;
  readonly preferred?: string;
}): readonly string[] {
  const provider = normalizeProvider(input.provider);
  const { store, auth, nowMs } = input;
  const explicit = listFor(store.order, provider) ?? listFor(auth.order, provider);
  const configured = Object.keys(auth.profiles).filter(
    (id) => normalizeProvider(auth.profiles[id]?.provider ?? '') === provider,
  );
  const stored = Object.keys(store.profiles);
  const base = explicit ?? (configured.length > 0 ? configured : stored);
  const usable = [...new Set(base)].filter((id) => isUsable(store.profiles[id], provider, auth, nowMs));

  const stats = clearExpiredRests(store.usageStats, nowMs).usageStats;
  const rest = (id: string): number | undefined => restingUntil(stats[id], nowMs);
  const awake = usable.filter((id) => rest(id) === undefined);
  const resting = usable.filter((id) => rest(id) !== undefined).toSorted((a, b) => (rest(a) ?? 0) - (rest(b) ?? 0));
  const isWritten = explicit !== undefined && explicit.length > 0;
  const first = isWritten
    ? awake
    : awake.toSorted(
        (a, b) =>
          rank(store.profiles[a]) - rank(store.profiles[b]) || (stats[a]?.lastUsed ?? 0) - (stats[b]?.lastUsed ?? 0),
      );
  const ordered = [...first, ...resting];
  const { preferred } = input;
  return preferred !== undefined && ordered.includes(preferred)
    ? [preferred, ...ordered.filter((id) => id !== preferred)]
    : ordered;
}

function listFor(order: Readonly<Record<string, readonly string[]>>, provider: string): readonly string[] | undefined {
  return Object.entries(order).find(([id]) => normalizeProvider(id) === provider)?.[1];
}

function isUsable(profile: AuthProfile | undefined, provider: string, auth: AuthSettings, nowMs: number): boolean {
  if (profile === undefined || normalizeProvider(profile.provider) !== provider || profile.secret === '') return false;
  const wanted = auth.profiles[profile.id];
  if (wanted !== undefined) {
    if (normalizeProvider(wanted.provider) !== provider) return false;
    const fits = wanted.mode === profile.type || (wanted.mode === 'oauth' && profile.type === 'token');
    if (wanted.mode !== undefined && !fits) return false;
  }
  return profile.type !== 'token' || profile.expires === undefined || profile.expires > nowMs;
}

function rank(profile: AuthProfile | undefined): number {
  return profile === undefined ? 3 : TYPE_RANK[profile.type];
}
