import type { Logger } from '@chela/observability';
import type { ModelFailure } from '../driver.ts';
import { objectOf } from '../json-shape.ts';
import { normalizeProvider } from '../refs.ts';
import { type CooldownConfig, statsAfterFailure, statsAfterSuccess } from './cooldown.ts';
import { type AuthStore, type ProfileStats, parseStats, STATS_FIELDS } from './profiles.ts';
import type { AuthStoreFiles } from './store-file.ts';

/**
 * What calls teach about profiles: which one answered, which one failed and rests. Counts at once in this process and is
 * written behind the call into the file the profile stands in, on top of what others wrote there meanwhile.
 */
export interface ProfileUsage {
  /** A directory's profiles with what is not written yet on top. */
  read(agentDir: string): Promise<AuthStore>;
  succeeded(profile: UsedProfile, nowMs: number): void;
  /** True when the profile rests now, so that another one may be tried. */
  failed(profile: UsedProfile, reason: ModelFailure['reason'], nowMs: number, config: CooldownConfig): boolean;
  /** Resolves when everything learned so far stands in the files, or could not be written. */
  flush(): Promise<void>;
}

/** A profile, its provider, and the directory whose file holds it. */
export interface UsedProfile {
  readonly agentDir: string;
  readonly provider: string;
  readonly id: string;
}

interface Lesson {
  readonly profile: UsedProfile;
  readonly next: (stats: ProfileStats) => ProfileStats;
  readonly isGood: boolean;
}

/** Lessons kept while a file cannot be written; the oldest are forgotten. */
const LESSONS_LIMIT = 256;
const SLOW_REASONS: ReadonlySet<string> = new Set(['rate_limit', 'timeout']);

export function createProfileUsage(deps: { readonly files: AuthStoreFiles; readonly logger: Logger }): ProfileUsage {
  const lessons = new Map<string, readonly Lesson[]>();
  const writing = new Map<string, Promise<void>>();
  const warned = new Set<string>();

  const write = async (agentDir: string): Promise<void> => {
    for (;;) {
      const batch = lessons.get(agentDir) ?? [];
      if (batch.length === 0) return;
      try {
        await deps.files.update(agentDir, (file) => batch.reduce(withLesson, file));
      } catch (error) {
        deps.logger.warn('the use of auth profiles could not be written', { agentDir, error });
        return;
      }
      const left = (lessons.get(agentDir) ?? []).filter((lesson) => !batch.includes(lesson));
      if (left.length === 0) lessons.delete(agentDir);
      else lessons.set(agentDir, left);
    }
  };
  const learn = (lesson: Lesson): void => {
    const { agentDir } = lesson.profile;
    lessons.set(agentDir, [...(lessons.get(agentDir) ?? []), lesson].slice(-LESSONS_LIMIT));
    if (writing.has(agentDir)) return;
    writing.set(
      agentDir,
      write(agentDir).finally(() => writing.delete(agentDir)),
    );
  };

  return {
    async read(agentDir) {
      const store = await deps.files.read(agentDir);
      return (lessons.get(agentDir) ?? []).reduce(storeWithLesson, store);
    },
    succeeded(profile, nowMs) {
      warned.delete(profile.id);
      learn({ profile, next: (stats) => statsAfterSuccess(stats, nowMs), isGood: true });
    },
    failed(profile, reason, nowMs, config) {
      if (reason !== 'auth' && reason !== 'billing' && !SLOW_REASONS.has(reason)) return false;
      // A single 429 or a dropped connection asks for patience; it is no reason to leave the profile.
      if (SLOW_REASONS.has(reason) && !warned.has(profile.id)) {
        if (warned.size >= LESSONS_LIMIT) warned.clear();
        warned.add(profile.id);
        return false;
      }
      warned.delete(profile.id);
      const why = reason === 'auth' || reason === 'billing' || reason === 'rate_limit' ? reason : 'timeout';
      learn({ profile, next: (stats) => statsAfterFailure(stats, why, nowMs, config), isGood: false });
      return true;
    },
    async flush() {
      await Promise.all(writing.values());
    },
  };
}

function storeWithLesson(store: AuthStore, { profile, next, isGood }: Lesson): AuthStore {
  const { id } = profile;
  const provider = normalizeProvider(profile.provider);
  return {
    ...store,
    usageStats: { ...store.usageStats, [id]: next(store.usageStats[id] ?? {}) },
    lastGood: isGood ? { ...store.lastGood, [provider]: id } : store.lastGood,
  };
}

/** Members of the stats that nobody here knows stay. A profile that somebody removed meanwhile is not mourned. */
function withLesson(file: Readonly<Record<string, unknown>>, { profile, next, isGood }: Lesson) {
  const { id } = profile;
  const provider = normalizeProvider(profile.provider);
  const all = objectOf(file.usageStats);
  const unknown = Object.entries(objectOf(all[id])).filter(([name]) => !STATS_FIELDS.some((field) => field === name));
  const usageStats = { ...all, [id]: { ...Object.fromEntries(unknown), ...next(parseStats(all[id])) } };
  return {
    ...file,
    ...(isGood ? { lastGood: { ...objectOf(file.lastGood), [provider]: id } } : {}),
    usageStats,
  };
}
