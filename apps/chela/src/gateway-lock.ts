import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * One gateway a configuration file, whichever program runs it: the lock is the original's own file, so that Chela and it
 * never serve one state directory at once (reference config/config.md §12 "Lock").
 */

const WAIT_MS = 5_000;
const POLL_MS = 100;
const UNKNOWN_OWNER_STALE_MS = 30_000;
const START_TIME_FIELD = 19;

export class GatewayLockedError extends Error {
  override readonly name = 'GatewayLockedError';
}

interface LockOwner {
  readonly pid: number;
  readonly startTime: number | undefined;
}

function lockPath(configPath: string): string {
  const name = createHash('sha1').update(configPath).digest('hex').slice(0, 8);
  const user = process.getuid?.();
  return join(tmpdir(), user === undefined ? 'openclaw' : `openclaw-${user}`, `gateway.${name}.lock`);
}

/** Clock ticks since boot when the process started; a recycled pid has another. Linux only. */
async function startTimeOf(pid: number): Promise<number | undefined> {
  try {
    const line = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return Number(fields[START_TIME_FIELD]);
  } catch {
    return undefined;
  }
}

function pidAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function readOwner(path: string): Promise<LockOwner | undefined> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null || !('pid' in parsed) || typeof parsed.pid !== 'number')
      return undefined;
    const startTime = 'startTime' in parsed && typeof parsed.startTime === 'number' ? parsed.startTime : undefined;
    return { pid: parsed.pid, startTime };
  } catch {
    return undefined;
  }
}

async function isStale(path: string): Promise<boolean> {
  const owner = await readOwner(path);
  if (!owner) {
    const facts = await stat(path).catch(() => undefined);
    return facts === undefined || Date.now() - facts.mtimeMs > UNKNOWN_OWNER_STALE_MS;
  }
  if (!pidAlive(owner.pid)) return true;
  const startTime = await startTimeOf(owner.pid);
  return owner.startTime !== undefined && startTime !== undefined && startTime !== owner.startTime;
}

async function tryCreate(path: string, configPath: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o644);
    const startTime = await startTimeOf(process.pid);
    const record = {
      pid: process.pid,
      createdAt: new Date().toISOString(),
      configPath,
      ...(startTime !== undefined && { startTime }),
    };
    await file.writeFile(JSON.stringify(record));
    await file.close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes the lock, removing one whose owner is gone; throws GatewayLockedError after five seconds. Returns the release. */
export async function acquireGatewayLock(configPath: string): Promise<() => Promise<void>> {
  const path = lockPath(configPath);
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    if (await tryCreate(path, configPath)) return () => rm(path, { force: true });
    if (await isStale(path)) {
      await rm(path, { force: true });
      continue;
    }
    if (Date.now() > deadline) {
      const owner = await readOwner(path);
      throw new GatewayLockedError(
        `gateway already running (pid ${owner?.pid ?? 'unknown'}); lock timeout after ${WAIT_MS}ms. Stop it first, or give this one its own OPENCLAW_CONFIG_PATH and OPENCLAW_STATE_DIR.`,
      );
    }
    await delay(POLL_MS);
  }
}

/** The live process that holds the lock of a configuration file: a gateway of Chela or of the original. */
export async function runningGateway(configPath: string): Promise<{ readonly pid: number } | undefined> {
  const path = lockPath(configPath);
  const owner = await readOwner(path);
  return owner === undefined || (await isStale(path)) ? undefined : { pid: owner.pid };
}
