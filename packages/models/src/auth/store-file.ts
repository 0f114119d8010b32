import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJson } from '../json-shape.ts';
import { type AuthStore, EMPTY_AUTH_STORE, mergeAuthStores, parseAuthStore } from './profiles.ts';

/** Reads `auth-profiles.json` of agents. Only reads: the file belongs to the operator and to the tools that log in. */
export interface AuthStoreFiles {
  /** The profiles of an agent, its own over those of the main agent. A missing or broken file counts as empty. */
  load(agentDir: string): Promise<AuthStore>;
}

const FILE_NAME = 'auth-profiles.json';
const FILE_LIMIT_BYTES = 4 * 1024 * 1024;
const CACHE_LIMIT = 64;

export function authStorePath(agentDir: string): string {
  return join(agentDir, FILE_NAME);
}

/** `mainAgentDir` holds what every agent inherits. A file is parsed again only when its time or size changed. */
export function createAuthStoreFiles(deps: { readonly mainAgentDir: string }): AuthStoreFiles {
  const cache = new Map<string, { readonly stamp: string; readonly store: AuthStore }>();

  const read = async (agentDir: string): Promise<AuthStore> => {
    const path = authStorePath(agentDir);
    const info = await stat(path).catch(() => undefined);
    if (info === undefined || info.size > FILE_LIMIT_BYTES) return EMPTY_AUTH_STORE;
    const stamp = `${info.mtimeMs}:${info.size}`;
    const cached = cache.get(path);
    if (cached?.stamp === stamp) return cached.store;
    const store = parseAuthStore(parseJson(await readFile(path, 'utf8').catch(() => '')));
    if (cache.size >= CACHE_LIMIT) cache.clear();
    cache.set(path, { stamp, store });
    return store;
  };

  return {
    async load(agentDir) {
      if (agentDir === deps.mainAgentDir) return read(agentDir);
      const [main, own] = await Promise.all([read(deps.mainAgentDir), read(agentDir)]);
      return mergeAuthStores(main, own);
    },
  };
}
