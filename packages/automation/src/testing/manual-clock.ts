import type { Clock } from '@chela/observability';

/** A clock that only moves when it is told to. */
export interface ManualClock extends Clock {
  /** Moves time and runs what became due, in order, each with everything that follows from it. */
  advance(ms: number): Promise<void>;
  /** Somebody sets the clock: no timer notices. */
  set(now: number): void;
}

export function createManualClock(start: number): ManualClock {
  let now = start;
  let ticks = 0;
  const timers = new Set<{ at: number; readonly task: () => void }>();
  return {
    now: () => now,
    after(delayMs, task) {
      const timer = { at: ticks + delayMs, task };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const end = ticks + ms;
      for (;;) {
        await settled();
        const due = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        timers.delete(due);
        now += Math.max(0, due.at - ticks);
        ticks = Math.max(ticks, due.at);
        due.task();
      }
      now += end - ticks;
      ticks = end;
      await settled();
    },
    set(next) {
      now = next;
    },
  };
}

/** Rounds of the loop without file work after which nothing is taken to be under way. */
const QUIET_ROUNDS = 12;

/** Lets everything that is ready run, file work included. */
export async function settled(): Promise<void> {
  for (let quiet = 0; quiet < QUIET_ROUNDS; quiet += 1) {
    await new Promise((resume) => setImmediate(resume));
    if (process.getActiveResourcesInfo().some((name) => /req/i.test(name))) quiet = -1;
  }
}
