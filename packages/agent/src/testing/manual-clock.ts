import type { Clock } from '@chela/observability';

/** A clock that only moves when it is told to. */
export interface ManualClock extends Clock {
  /** Moves time and runs what became due, in order. */
  advance(ms: number): Promise<void>;
  /** Resolves when a timer of exactly this delay was set since the last time somebody waited for one. */
  timerSet(delayMs: number): Promise<void>;
}

export function createManualClock(start = Date.parse('2026-02-17T15:04:05Z')): ManualClock {
  let now = start;
  const timers = new Set<{ readonly at: number; readonly task: () => void }>();
  const delays: number[] = [];
  return {
    now: () => now,
    after(delayMs, task) {
      const timer = { at: now + delayMs, task };
      delays.push(delayMs);
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const until = now + ms;
      for (;;) {
        const due = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        timers.delete(due);
        now = Math.max(now, due.at);
        due.task();
        await settled();
      }
      now = until;
      await settled();
    },
    timerSet: (delayMs) =>
      until(() => {
        const at = delays.indexOf(delayMs);
        if (at >= 0) delays.splice(0, at + 1);
        return at >= 0;
      }),
  };
}

/** Lets everything that is ready run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resume) => setImmediate(resume));
}

/** Resolves when the condition holds; looks again whenever the loop went round. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resume) => setImmediate(resume));
}
