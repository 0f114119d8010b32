import { write, writeSync } from 'node:fs';
import type { LineSink } from './line-writer.ts';

const BUSY_RETRY_MS = 20;
/** At exit a slow reader gets this many chances before its lines are given up. */
const BUSY_RETRIES_SYNC = 50;

/**
 * Writes to standard output or error through the thread pool: a reader that stopped reading a pipe holds up a pool
 * thread, never the loop (writes of `process.stdout` to a pipe are synchronous).
 */
export function createFdSink(fd: number): LineSink {
  return {
    async append(text) {
      let rest = Buffer.from(text, 'utf8');
      while (rest.length > 0) rest = rest.subarray(await writeSome(fd, rest));
    },
    appendSync(text) {
      let rest = Buffer.from(text, 'utf8');
      for (let busy = 0; rest.length > 0 && busy < BUSY_RETRIES_SYNC; ) {
        try {
          rest = rest.subarray(writeSync(fd, rest));
        } catch (error) {
          if (!isBusy(error)) throw error;
          busy += 1;
        }
      }
    },
    close: async () => {},
  };
}

function writeSome(fd: number, bytes: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, bytes, (error, written) => {
      if (error === null) resolve(written);
      else if (isBusy(error)) setTimeout(resolve, BUSY_RETRY_MS, 0);
      else reject(error);
    });
  });
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}
