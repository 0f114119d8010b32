import type { Clock } from '@chela/observability';
import type { IngressAnswer } from '../contract/connection.ts';

const KEPT_MS = 20 * 60_000;
const KEPT_LIMIT = 5_000;

/** Gives a delivery that came before the answer it got then. One that failed may come again. */
export interface ReplayGuard {
  once(
    key: string,
    handle: () => Promise<IngressAnswer>,
  ): Promise<{ readonly answer: IngressAnswer; readonly isRepeated: boolean }>;
}

export function createReplayGuard(clock: Clock): ReplayGuard {
  const kept = new Map<string, { readonly at: number; readonly answer: Promise<IngressAnswer> }>();

  /** The oldest come first in the map. */
  function prune(): void {
    const oldest = clock.now() - KEPT_MS;
    for (const [key, { at }] of kept) {
      if (at > oldest && kept.size <= KEPT_LIMIT) return;
      kept.delete(key);
    }
  }

  return {
    async once(key, handle) {
      prune();
      const before = kept.get(key);
      if (before !== undefined) return { answer: await before.answer, isRepeated: true };
      const answer = handle();
      kept.set(key, { at: clock.now(), answer });
      try {
        const given = await answer;
        if (given.status >= 400) kept.delete(key);
        return { answer: given, isRepeated: false };
      } catch (error) {
        kept.delete(key);
        throw error;
      }
    },
  };
}
