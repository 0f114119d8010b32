import type { Clock } from '@chela/observability';
import { isRecord } from '../methods/record.ts';

export interface WorkerTask {
  /** The worker's file; it posts `{value}` or `{error}` once. */
  readonly file: URL;
  readonly data: Readonly<Record<string, unknown>>;
  /** For error messages. */
  readonly what: string;
  readonly timeLimitMs: number;
  readonly memoryLimitMb: number;
}

/** Runs a task in a worker of its own that ends with it. Rejects with the worker's error, or when a limit is passed. */
export async function runInWorker(task: WorkerTask, clock: Clock): Promise<unknown> {
  const { Worker } = await import('node:worker_threads');
  const { what, timeLimitMs } = task;
  const answer = Promise.withResolvers<unknown>();
  const worker = new Worker(task.file, {
    workerData: task.data,
    resourceLimits: { maxOldGenerationSizeMb: task.memoryLimitMb },
  });
  const cancel = clock.after(timeLimitMs, () => answer.reject(new Error(`${what} took longer than ${timeLimitMs} ms`)));
  worker.once('message', (message: unknown) => {
    if (!isRecord(message) || typeof message.error === 'string') {
      answer.reject(new Error(isRecord(message) ? String(message.error) : `${what} gave no answer`));
    } else answer.resolve(message.value);
  });
  worker.once('error', answer.reject);
  worker.once('exit', () => answer.reject(new Error(`${what} ended without an answer`)));
  try {
    return await answer.promise;
  } finally {
    cancel();
    await worker.terminate();
  }
}
