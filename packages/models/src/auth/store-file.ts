import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeJsonAtomically } from '@chela/store';
import { isObject, type JsonObject, parseJson } from '../json-shape.ts';
import { createFileLock } from './file-lock.ts';
import { type AuthStore, EMPTY_AUTH_STORE, parseAuthStore } from './profiles.ts';

/** `auth-profiles.json` of agents, read and written in place (reference agent/models.md §5). */
export interface AuthStoreFiles {
  /**
   * The profiles of one directory, as they stood at most a second ago when somebody else wrote them. A missing or broken
   * file counts as empty.
   */
  read(agentDir: string): Promise<AuthStore>;
  /**
   * Changes the file alone: `change` gets what stands in it now, whoever wrote it, and returns what is to stand there;
   * undefined leaves it. Rejects when the file is no JSON: what cannot be read must not be overwritten.
   */
  update(agentDir: string, change: StoreChange): Promise<void>;
}

export type StoreChange = (file: JsonObject) => JsonObject | undefined | Promise<JsonObject | undefined>;

const FILE_NAME = 'auth-profiles.json';
const FILE_VERSION = 1;
const FILE_LIMIT_BYTES = 4 * 1024 * 1024;
const CACHE_LIMIT = 64;
/**
 * A turn asks several times in a row; the file is looked at once. No longer than that: a key that another process stores
 * must be known before a tool could show it. What this process writes counts at once.
 */
const LOOK_EVERY_MS = 25;
const PRIVATE_FOLDER = 0o700;

export function authStorePath(agentDir: string): string {
  return join(agentDir, FILE_NAME);
}

interface Look {
  /** Empty: there is no file that can be read. */
  readonly stamp: string;
  readonly store: AuthStore;
  readonly goodUntil: number;
}

/** A file is looked at once for questions in a row, and parsed again only when its time or size changed. */
export function createAuthStoreFiles({ now }: { readonly now: () => number }): AuthStoreFiles {
  const looks = new Map<string, Look>();
  let writes = 0;
  const lock = createFileLock();
  const look = async (path: string, last: Look | undefined): Promise<Look> => {
    const goodUntil = now() + LOOK_EVERY_MS;
    const info = await stat(path).catch(() => undefined);
    if (info === undefined || info.size > FILE_LIMIT_BYTES) return { stamp: '', store: EMPTY_AUTH_STORE, goodUntil };
    const stamp = `${info.mtimeMs}:${info.size}:${info.ino}`;
    if (last?.stamp === stamp) return { ...last, goodUntil };
    const store = parseAuthStore(parseJson(await readFile(path, 'utf8').catch(() => '')));
    return { stamp, store, goodUntil };
  };
  return {
    async read(agentDir) {
      const path = authStorePath(agentDir);
      const last = looks.get(path);
      if (last !== undefined && now() < last.goodUntil) return last.store;
      const writesBefore = writes;
      const next = await look(path, last);
      // What was read while this process wrote may be the old file.
      if (writes !== writesBefore) return next.store;
      if (looks.size >= CACHE_LIMIT && last === undefined) looks.clear();
      looks.set(path, next);
      return next.store;
    },
    async update(agentDir, change) {
      const path = authStorePath(agentDir);
      await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
      await lock.run(path, async () => {
        const next = await change(await readObject(path));
        if (next !== undefined) await writeJsonAtomically(path, next);
      });
      writes += 1;
      looks.delete(path);
    },
  };
}

async function readObject(path: string): Promise<JsonObject> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return { version: FILE_VERSION, profiles: {} };
  const value = parseJson(text);
  if (!isObject(value)) throw new Error(`${path} is no JSON object and is left as it is`);
  return value;
}
