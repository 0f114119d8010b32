import { open, rm, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * One writer at a time for a file, in this process and among processes: `<path>.lock` exists while somebody writes
 * (reference agent/models.md §5.5). A lock older than `STALE_MS` was left by a process that died and is taken over.
 */
export interface FileLock {
  /** Runs `work` alone. Rejects when the lock could not be had. */
  run<T>(path: string, work: () => Promise<T>): Promise<T>;
}

const ATTEMPTS = 10;
const FIRST_PAUSE_MS = 100;
const PAUSE_MAX_MS = 10_000;
const STALE_MS = 30_000;
const PRIVATE_FILE = 0o600;

export function createFileLock(): FileLock {
  const last = new Map<string, Promise<unknown>>();
  return {
    async run(path, work) {
      const before = last.get(path) ?? Promise.resolve();
      const mine = before.then(
        () => locked(path, work),
        () => locked(path, work),
      );
      last.set(path, mine);
      try {
        return await mine;
      } finally {
        if (last.get(path) === mine) last.delete(path);
      }
    },
  };
}

async function locked<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lockPath = `${path}.lock`;
  await take(lockPath);
  try {
    return await work();
  } finally {
    await rm(lockPath, { force: true });
  }
}

async function take(lockPath: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const handle = await open(lockPath, 'wx', PRIVATE_FILE);
      await handle.writeFile(JSON.stringify({ pid: process.pid, createdAt: new Date().toISOString() }));
      await handle.close();
      return;
    } catch (error) {
      if (!isTaken(error)) throw error;
      if (await isStale(lockPath)) await rm(lockPath, { force: true, recursive: true });
      else if (attempt >= ATTEMPTS) throw new Error(`${lockPath} is held by another process`, { cause: error });
      else await pause(delayMs(attempt));
    }
  }
}

/** Doubles from 100 ms, up to half of it at random, so that two waiters do not march in step. */
function delayMs(attempt: number): number {
  const planned = Math.min(PAUSE_MAX_MS, FIRST_PAUSE_MS * 2 ** attempt);
  return planned / 2 + (planned / 2) * Math.random();
}

async function isStale(lockPath: string): Promise<boolean> {
  const info = await stat(lockPath).catch(() => undefined);
  return info !== undefined && Date.now() - info.mtimeMs > STALE_MS;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'EISDIR');
}
