import type { Clock } from '@chela/observability';

/** A clock that a test moves by hand; what became due runs in order, with everything that follows from it. */
export interface HandClock extends Clock {
  advance(ms: number): Promise<void>;
}

/** Rounds of the loop without file work after which nothing is taken to be under way. */
const QUIET_ROUNDS = 6;

export function createHandClock(start: number): HandClock {
  let now = start;
  const timers = new Set<{ readonly at: number; readonly task: () => void }>();
  return {
    now: () => now,
    after(delayMs, task) {
      const timer = { at: now + delayMs, task };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        await quiet();
        const due = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        timers.delete(due);
        now = Math.max(now, due.at);
        due.task();
      }
      now = end;
      await quiet();
    },
  };
}

/** Lets everything that is ready run, file work included. */
export async function quiet(): Promise<void> {
  for (let round = 0; round < QUIET_ROUNDS; round += 1) {
    await new Promise((resume) => setImmediate(resume));
    if (process.getActiveResourcesInfo().some((name) => /req/i.test(name))) round = -1;
  }
}
