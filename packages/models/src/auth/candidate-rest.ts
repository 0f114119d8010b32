import type { ResolvedModel } from '../driver.ts';
import { restingUntil } from './cooldown.ts';
import type { ProfileStats } from './profiles.ts';

/** Which models of a turn are worth asking while profiles rest (reference agent/models.md §7.2). */
export interface CandidateRest {
  /**
   * The candidates without those whose profiles all rest. The first one is asked now and then all the same, to notice
   * when it is back. Never empty: when everything rests, the first is asked, because an answer late is better than none.
   */
  awake(candidates: readonly ResolvedModel[], facts: RestFacts): readonly ResolvedModel[];
}

export interface RestFacts {
  readonly agentDir: string;
  readonly nowMs: number;
  /** A person chose the profile: nothing is passed over. */
  readonly isPinned: boolean;
  readonly profilesOf: (provider: string) => readonly string[];
  readonly usageStats: Readonly<Record<string, ProfileStats>>;
}

const PROBE_EVERY_MS = 30_000;
/** A rest that ends this soon is worth a look. */
const PROBE_WITHIN_MS = 120_000;
const PROBES_LIMIT = 256;

export function createCandidateRest(): CandidateRest {
  const probes = new Map<string, number>();
  const mayProbe = (provider: string, wakesAt: number, { agentDir, nowMs }: RestFacts): boolean => {
    const key = `${provider}\n${agentDir}`;
    if (wakesAt - nowMs > PROBE_WITHIN_MS || nowMs - (probes.get(key) ?? 0) < PROBE_EVERY_MS) return false;
    if (probes.size >= PROBES_LIMIT) probes.clear();
    probes.set(key, nowMs);
    return true;
  };
  return {
    awake(candidates, facts) {
      const [first] = candidates;
      if (facts.isPinned || first === undefined || candidates.length < 2) return candidates;
      const left = candidates.filter((candidate) => {
        const { provider } = candidate.ref;
        const wakesAt = wakeTime(facts.profilesOf(provider), facts);
        return wakesAt === undefined || (candidate === first && mayProbe(provider, wakesAt, facts));
      });
      return left.length === 0 ? candidates : left;
    },
  };
}

/** When the first of the profiles wakes; undefined when one is awake or there is none. */
function wakeTime(ids: readonly string[], { usageStats, nowMs }: RestFacts): number | undefined {
  const rests = ids.map((id) => restingUntil(usageStats[id], nowMs));
  if (rests.length === 0 || rests.includes(undefined)) return undefined;
  return Math.min(...rests.flatMap((rest) => rest ?? []));
}
