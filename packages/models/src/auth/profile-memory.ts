import type { ModelFailure } from '../driver.ts';
import { type CooldownConfig, statsAfterFailure, statsAfterSuccess } from './cooldown.ts';
import type { AuthStore, ProfileStats } from './profiles.ts';

/**
 * What this process learned about profiles: which one failed and rests, which one answered. Kept in memory beside the
 * file, which is only read; the newer of both counts.
 */
export interface ProfileMemory {
  /** The store with what was learned on top. */
  applyTo(store: AuthStore): AuthStore;
  succeeded(profileId: string, nowMs: number): void;
  /** Returns true when the profile rests now, so that another one may be tried. */
  failed(profileId: string, reason: ModelFailure['reason'], nowMs: number, config: CooldownConfig): boolean;
}

const PROFILES_LIMIT = 256;

export function createProfileMemory(): ProfileMemory {
  const learned = new Map<string, ProfileStats>();
  const warned = new Set<string>();
  const remember = (id: string, stats: ProfileStats): void => {
    if (learned.size >= PROFILES_LIMIT && !learned.has(id)) learned.clear();
    learned.set(id, stats);
  };
  return {
    applyTo(store) {
      if (learned.size === 0) return store;
      return { ...store, usageStats: { ...store.usageStats, ...Object.fromEntries(learned) } };
    },
    succeeded(id, nowMs) {
      warned.delete(id);
      remember(id, statsAfterSuccess(learned.get(id) ?? {}, nowMs));
    },
    failed(id, reason, nowMs, config) {
      if (reason !== 'auth' && reason !== 'billing' && reason !== 'rate_limit') return false;
      // A single 429 is the provider asking for patience, not a reason to leave the profile.
      if (reason === 'rate_limit' && !warned.has(id)) {
        warned.add(id);
        return false;
      }
      warned.delete(id);
      remember(id, statsAfterFailure(learned.get(id) ?? {}, reason, nowMs, config));
      return true;
    },
  };
}
