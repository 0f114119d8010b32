import { MessageChannel, Worker } from 'node:worker_threads';
import type { Clock } from '@chela/observability';
import type { IndexAnswer, IndexJob } from './index-worker.ts';
import type { IndexOperations } from './operations.ts';

/** The thread that works on index files. It starts with the first job and ends when there was none for a while. */
export interface IndexThread {
  /** Rejects with the job's error, or when the thread ends before the job does. */
  run<K extends keyof IndexOperations>(
    operation: K,
    input: IndexOperations[K]['input'],
  ): Promise<IndexOperations[K]['output']>;
  /** Ends the thread after the jobs that are under way. */
  close(): Promise<void>;
}

/** The vectors of an index are kept in the thread's memory, so an idle one gives it back. */
const IDLE_MS = 10 * 60_000;

export function createIndexThread({ clock }: { readonly clock: Clock }): IndexThread {
  let worker: Worker | undefined;
  let running = 0;
  let closed = false;
  let cancelIdle = (): void => {};

  function start(): Worker {
    const started = new Worker(new URL('./index-worker.ts', import.meta.url));
    started.unref();
    // A thread that broke is replaced with the next job; its own jobs were told by their ports.
    started.once('error', () => {
      if (worker === started) worker = undefined;
    });
    return started;
  }

  async function end(): Promise<void> {
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  }

  return {
    async run<K extends keyof IndexOperations>(operation: K, input: IndexOperations[K]['input']) {
      if (closed) throw new Error('the memory index is closed');
      cancelIdle();
      worker ??= start();
      running += 1;
      const { port1, port2 } = new MessageChannel();
      try {
        return await new Promise<IndexOperations[K]['output']>((resolve, reject) => {
          port1.once('message', (answer: IndexAnswer<K>) => {
            if ('error' in answer) reject(new Error(answer.error));
            else resolve(answer.value);
          });
          port1.once('close', () => reject(new Error('the memory index ended without an answer')));
          const job: IndexJob<K> = { operation, input, port: port2 };
          worker?.postMessage(job, [port2]);
        });
      } finally {
        port1.close();
        running -= 1;
        if (running === 0) cancelIdle = clock.after(IDLE_MS, () => void end());
      }
    },
    async close() {
      closed = true;
      cancelIdle();
      await end();
    },
  };
}
