import { Worker } from 'node:worker_threads';
import { isRecord } from '../database/columns.ts';
import type { DaySums } from '../usage.ts';
import { storedDay } from './stored-sums.ts';

export interface FileSums {
  readonly days: readonly DaySums[];
  readonly lastUserAt: number | undefined;
}

/** Sums transcript files in a worker and hands over each as it is done; undefined for one that could not be read. */
export async function sumInWorker(
  files: readonly string[],
  done: (file: string, sums: FileSums | undefined) => void,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./usage-worker.ts', import.meta.url), { workerData: files });
  const stop = (): void => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      worker.on('message', (message: unknown) => {
        if (isRecord(message) && typeof message.file === 'string') done(message.file, fileSums(message.sums));
      });
      worker.once('error', reject);
      worker.once('exit', () => resolve());
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function fileSums(value: unknown): FileSums | undefined {
  if (!isRecord(value) || !Array.isArray(value.days)) return undefined;
  return {
    days: value.days.filter(isRecord).map((day) => storedDay(String(day.day), day)),
    lastUserAt: typeof value.lastUserAt === 'number' ? value.lastUserAt : undefined,
  };
}
