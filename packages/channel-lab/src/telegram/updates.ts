/** Updates that wait to be taken, with the vendor's rules: a higher offset confirms, one poll at a time. */
import { Refusal } from './refusal.ts';

export interface Update {
  readonly update_id: number;
  readonly [kind: string]: unknown;
}

export interface Updates {
  push(...updates: readonly Update[]): void;
  /** Gives the last `count` confirmed updates once more, as the vendor does after a fault of its own. */
  repeat(count: number): void;
  take(query: { offset?: number; limit: number; timeoutMs: number; gone: AbortSignal }): Promise<readonly Update[]>;
  /** Forgets what nobody confirmed. */
  clear(): void;
  readonly waiting: readonly Update[];
}

const CONFLICT = 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running';

export function createUpdates(order = (updates: readonly Update[]) => updates): Updates {
  let waiting: Update[] = [];
  const confirmed: Update[] = [];
  let repeats: Update[] = [];
  let poll: { wake: () => void; end: (error: Error) => void } | undefined;

  const ready = (limit: number): readonly Update[] => {
    const batch = [...repeats, ...waiting].slice(0, limit);
    repeats = repeats.slice(batch.length);
    return order(batch);
  };

  return {
    get waiting() {
      return waiting;
    },
    push(...updates) {
      waiting.push(...updates);
      waiting.sort((a, b) => a.update_id - b.update_id);
      poll?.wake();
    },
    repeat(count) {
      repeats = confirmed.slice(-count);
      poll?.wake();
    },
    clear() {
      waiting = [];
      repeats = [];
    },
    async take({ offset, limit, timeoutMs, gone }) {
      poll?.end(new Refusal(409, CONFLICT));
      if (offset !== undefined) {
        confirmed.push(...waiting.filter(({ update_id: id }) => id < offset));
        waiting = waiting.filter(({ update_id: id }) => id >= offset);
      }
      const at = ready(limit);
      if (at.length > 0 || timeoutMs === 0) return at;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const mine = { wake: resolve, end: reject };
      poll = mine;
      const timer = setTimeout(resolve, timeoutMs);
      gone.addEventListener('abort', () => resolve(), { once: true });
      try {
        await promise;
      } finally {
        clearTimeout(timer);
        if (poll === mine) poll = undefined;
      }
      return gone.aborted ? [] : ready(limit);
    },
  };
}
