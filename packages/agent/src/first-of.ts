import type { Clock } from '@chela/observability';

/** The promise's value, or undefined after `timeoutMs`. */
export async function firstOf<T>(clock: Clock, promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const cancel = clock.after(Math.max(0, timeoutMs), () => resolve(undefined));
  try {
    return await Promise.race([promise, late]);
  } finally {
    cancel();
  }
}
