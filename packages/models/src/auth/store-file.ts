import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeJsonAtomically } from '@chela/store';
import { isObject, type JsonObject, parseJson } from '../json-shape.ts';
import { createFileLock } from './file-lock.ts';
import { type AuthStore, EMPTY_AUTH_STORE, parseAuthStore } from './profiles.ts';

/** `auth-profiles.json` of agents, read and written in place (reference agent/models.md §5). */
export interface AuthStoreFiles {
  /** The profiles of one directory. A missing or broken file counts as empty. */
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
const PRIVATE_FOLDER = 0o700;

export function authStorePath(agentDir: string): string {
  return join(agentDir, FILE_NAME);
}

/** A file is parsed again only when its time or size changed. */
export function createAuthStoreFiles(): AuthStoreFiles {
  const cache = new Map<string, { readonly stamp: string; readonly store: AuthStore }>();
  const lock = createFileLock();
  return {
    async read(agentDir) {
      const path = authStorePath(agentDir);
      const info = await stat(path).catch(() => undefined);
      if (info === undefined || info.size > FILE_LIMIT_BYTES) return EMPTY_AUTH_STORE;
      const stamp = `${info.mtimeMs}:${info.size}:${info.ino}`;
      const cached = cache.get(path);
      if (cached?.stamp === stamp) return cached.store;
      const store = parseAuthStore(parseJson(await readFile(path, 'utf8').catch(() => '')));
      if (cache.size >= CACHE_LIMIT) cache.clear();
      cache.set(path, { stamp, store });
      return store;
    },
    async update(agentDir, change) {
      const path = authStorePath(agentDir);
      await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
      await lock.run(path, async () => {
        const next = await change(await readObject(path));
        if (next !== undefined) await writeJsonAtomically(path, next);
      });
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
