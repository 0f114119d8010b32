import type { Clock } from '@chela/observability';

/** A clock that only moves when it is told to. */
export interface ManualClock extends Clock {
  /** Moves time and runs what became due, in order, each with everything that follows from it. */
  advance(ms: number): Promise<void>;
  /** Timers that are set. */
  pending(): number;
}

export function createManualClock(start: number): ManualClock {
  let now = start;
  const timers = new Set<{ readonly at: number; readonly task: () => void }>();
  return {
    now: () => now,
    pending: () => timers.size,
    after(delayMs, task) {
      const timer = { at: now + delayMs, task };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const until = now + ms;
      for (;;) {
        await settled();
        const due = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        timers.delete(due);
        now = Math.max(now, due.at);
        due.task();
      }
      now = until;
      await settled();
    },
  };
}

/** Rounds of the loop without file work after which nothing is taken to be under way. */
const QUIET_ROUNDS = 6;

/** Lets everything that is ready run, file work included. */
async function settled(): Promise<void> {
  for (let round = 0; round < QUIET_ROUNDS; round += 1) {
    await new Promise((resume) => setImmediate(resume));
    if (process.getActiveResourcesInfo().some((name) => /req/i.test(name))) round = -1;
  }
}
