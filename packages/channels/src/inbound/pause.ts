import type { Clock } from '@chela/observability';

/** Resolves after `delayMs`, or early when `signal` fires. */
export async function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(delayMs, resolve);
  const stop = (): void => resolve();
  signal.addEventListener('abort', stop, { once: true });
  if (!signal.aborted) await promise;
  signal.removeEventListener('abort', stop);
  cancel();
}
