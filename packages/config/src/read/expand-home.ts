import { join } from 'node:path';
import { isJsonObject, type JsonObject } from '../json-object.ts';

const PATH_KEY = /(?:dir|path|paths|file|root|workspace)$/i;
const PATH_LIST_KEY = /^(?:paths|pathPrepend)$/;

/** Expands a leading `~` in values whose key says that they are paths (reference config/config.md §3). */
export function expandHome(value: unknown, homeDir: string): unknown {
  return walk(value, homeDir, '', false);
}

function walk(value: unknown, homeDir: string, key: string, listed: boolean): unknown {
  if (typeof value === 'string') return listed || PATH_KEY.test(key) ? expand(value, homeDir) : value;
  if (Array.isArray(value)) {
    return value.map((item) => walk(item, homeDir, typeof item === 'string' ? '' : key, PATH_LIST_KEY.test(key)));
  }
  if (!isJsonObject(value)) return value;
  const out: JsonObject = {};
  for (const [name, item] of Object.entries(value)) out[name] = walk(item, homeDir, name, false);
  return out;
}

function expand(path: string, homeDir: string): string {
  if (path === '~') return homeDir;
  return /^~[\\/]/.test(path) ? join(homeDir, path.slice(2)) : path;
}
