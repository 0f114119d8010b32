import type { Clock } from '@chela/observability';

/** Runs a task again and again, `intervalMs` apart; the returned function ends it. */
export function every(clock: Clock, intervalMs: number, task: () => void): () => void {
  let cancel = clock.after(intervalMs, tick);
  function tick(): void {
    cancel = clock.after(intervalMs, tick);
    task();
  }
  return () => cancel();
}
