import { Worker } from 'node:worker_threads';
import type { SessionFileOnDisk } from './find-session-files.ts';

/** What the worker is given; see `session-worker.ts`. */
export interface SessionImportJob {
  readonly databaseFile: string;
  readonly source: SessionFileOnDisk;
}

/** Runs the import of a big `sessions.json` in a worker with a database connection of its own; returns how many values were dropped. */
export async function importInWorker(job: SessionImportJob, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./session-worker.ts', import.meta.url), { workerData: job });
  const stop = (): void => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<number>((resolve, reject) => {
      worker.once('message', (dropped: unknown) => resolve(Number(dropped)));
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the import worker ended early with code ${code}`)));
    });
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
