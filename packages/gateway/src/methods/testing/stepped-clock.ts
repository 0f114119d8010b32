import type { Clock } from '@chela/observability';

/** A clock that only moves when told to; timers fire in order as it passes them. */
export interface SteppedClock extends Clock {
  advance(ms: number): void;
  readonly timers: number;
}

export function createSteppedClock(start = 1_771_322_400_000): SteppedClock {
  let now = start;
  const timers = new Set<{ readonly at: number; readonly task: () => void }>();
  return {
    now: () => now,
    after(delayMs, task) {
      const timer = { at: now + delayMs, task };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.task();
      }
      now = end;
    },
    get timers() {
      return timers.size;
    },
  };
}
