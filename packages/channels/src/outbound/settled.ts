import type { Clock } from '@chela/observability';
import type { DeliveryRow } from '@chela/store';

/** Who waits for rows to be over. */
export interface SettledWaits {
  /** A row is over, or in doubt until an operator decides. */
  ended(row: DeliveryRow): void;
  /** Resolves when `read` says that all are over, after `timeoutMs` in any case, with what it read last. */
  wait<T>(
    ids: readonly number[],
    timeoutMs: number,
    read: () => Promise<{ readonly over: boolean; readonly rows: T }>,
  ): Promise<T>;
  /** Lets everybody go who still waits. */
  close(): void;
}

export function createSettledWaits(clock: Clock): SettledWaits {
  const waiting = new Map<number, Set<() => void>>();
  let closed = false;

  function wake(id: number): void {
    for (const look of waiting.get(id) ?? []) look();
  }

  return {
    ended: ({ id }) => wake(id),
    async wait(ids, timeoutMs, read) {
      let isLate = false;
      let look = (): void => {};
      const cancel = clock.after(timeoutMs, () => {
        isLate = true;
        look();
      });
      const noticed = (): void => look();
      for (const id of ids) waiting.set(id, (waiting.get(id) ?? new Set()).add(noticed));
      try {
        for (;;) {
          // Set before the read, so that nothing that happens during it is missed.
          const change = new Promise<void>((resume) => {
            look = resume;
          });
          const { over, rows } = await read();
          if (over || isLate || closed) return rows;
          await change;
        }
      } finally {
        cancel();
        for (const id of ids) {
          const looks = waiting.get(id);
          looks?.delete(noticed);
          if (looks?.size === 0) waiting.delete(id);
        }
      }
    },
    close() {
      closed = true;
      for (const id of [...waiting.keys()]) wake(id);
    },
  };
}
