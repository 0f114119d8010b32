import type { Clock } from '@chela/observability';

export interface FakeClock extends Clock {
  /** Moves time on and runs what falls due, in order. */
  advance(byMs: number): void;
}

interface Timer {
  readonly at: number;
  readonly task: () => void;
}

export function createFakeClock(startMs = 1_800_000_000_000): FakeClock {
  let now = startMs;
  const timers = new Set<Timer>();
  return {
    now: () => now,
    after(delayMs, task) {
      const timer = { at: now + delayMs, task };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(byMs) {
      const end = now + byMs;
      for (;;) {
        const [next] = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        now = next.at;
        next.task();
      }
      now = end;
    },
  };
}
