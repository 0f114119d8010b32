import { createTaskScope, type Logger } from '@chela/observability';

/** Work in order per key; keys do not wait for each other. */
export interface KeyedLanes {
  push(key: string, work: () => Promise<void>): void;
  /** Pieces of work that wait or run under a key. */
  depth(key: string): number;
  readonly total: number;
  /** Starts nothing more and waits for what runs. */
  close(): Promise<void>;
}

export function createKeyedLanes(logger: Logger): KeyedLanes {
  const scope = createTaskScope(logger);
  const queues = new Map<string, (() => Promise<void>)[]>();
  let total = 0;
  let closed = false;

  const drain = async (key: string, queue: (() => Promise<void>)[]): Promise<void> => {
    for (let work = queue[0]; work !== undefined && !closed; work = queue[0]) {
      try {
        await work();
      } catch (error) {
        logger.error('a message of a channel could not be handled', { error });
      }
      queue.shift();
      total -= 1;
    }
    queues.delete(key);
  };

  return {
    push(key, work) {
      if (closed) return;
      total += 1;
      const queue = queues.get(key);
      if (queue !== undefined) {
        queue.push(work);
        return;
      }
      const fresh = [work];
      queues.set(key, fresh);
      scope.run('inbound lane', () => drain(key, fresh));
    },
    depth: (key) => queues.get(key)?.length ?? 0,
    get total() {
      return total;
    },
    async close() {
      closed = true;
      await scope.close();
    },
  };
}
