import { Worker } from 'node:worker_threads';
import type { ImageLimits } from './image-limit.ts';

const RESIZE_TIMEOUT_MS = 20_000;

/** A smaller JPEG of an image, made in a thread of its own; undefined when it cannot be decoded or made small enough. */
export function resizeImage(data: Buffer, limits: ImageLimits, signal: AbortSignal): Promise<Buffer | undefined> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./resize-worker.ts', import.meta.url), {
    workerData: { data: new Uint8Array(data), maxSidePx: limits.maxSidePx, maxBytes: limits.maxBytes },
  });
  const done = Promise.withResolvers<Buffer | undefined>();
  const timer = setTimeout(() => done.resolve(undefined), RESIZE_TIMEOUT_MS);
  const onAbort = (): void => done.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  worker.once('message', (answer: unknown) => {
    done.resolve(answer instanceof Uint8Array ? Buffer.from(answer) : undefined);
  });
  // A decoder that gives up ends its thread; the image is then left out with a note.
  worker.once('error', () => done.resolve(undefined));
  worker.once('exit', () => done.resolve(undefined));
  return done.promise.finally(async () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    await worker.terminate();
  });
}
