import type { Clock } from '@chela/observability';

/** Whether a task that never rejects ended within `ms`. */
export function withDeadline(task: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve(false));
    task.then(
      () => {
        cancel();
        resolve(true);
      },
      () => resolve(true),
    );
  });
}
