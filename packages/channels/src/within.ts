import type { Clock } from '@chela/observability';

/** What a task comes to, or what `late` says when it takes longer than `ms`; the task itself goes on. */
export function within<T>(task: Promise<T>, ms: number, clock: Clock, late: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => resolve(late()));
    task.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error);
      },
    );
  });
}
