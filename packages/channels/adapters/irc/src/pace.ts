import type { Clock } from '@chela/channels/adapter';

/** Lines that may leave at once, and the pause for each further one: servers drop those who flood. */
const BURST_LINES = 5;
const REFILL_MS = 2_000;

/** A token bucket: `take` resolves when the next line may leave. One caller at a time. */
export function createPace(clock: Clock): { take(signal: AbortSignal): Promise<void> } {
  let tokens = BURST_LINES;
  let filledAt = clock.now();
  const refill = (): void => {
    const gained = Math.floor((clock.now() - filledAt) / REFILL_MS);
    if (gained <= 0) return;
    tokens = Math.min(BURST_LINES, tokens + gained);
    filledAt += gained * REFILL_MS;
  };
  return {
    async take(signal) {
      refill();
      if (tokens === 0) {
        await pause(clock, filledAt + REFILL_MS - clock.now(), signal);
        refill();
      }
      signal.throwIfAborted();
      tokens = Math.max(0, tokens - 1);
    },
  };
}

function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(Math.max(0, delayMs), resolve);
  signal.addEventListener('abort', () => resolve(), { once: true });
  return promise.finally(cancel);
}
