import { isJsonObject, isUnsafeKey } from '../json-object.ts';

/** A path that cannot be read; the message is for the person who typed it. */
export class ConfigPathError extends Error {
  override readonly name = 'ConfigPathError';
}

/**
 * Reads the path syntax of `config get|set|unset`: `a.b`, `a[0]`, `a["any.text"]`, with `\.` for a dot inside a key
 * (reference cli/cli.md §5). Numbers stay text: whether they mean an index depends on what is there.
 */
export function parseConfigPath(source: string): string[] {
  const keys: string[] = [];
  let key = '';
  const finish = (): void => {
    const trimmed = key.trim();
    if (trimmed !== '') keys.push(trimmed);
    key = '';
  };
  for (let at = 0; at < source.length; at += 1) {
    const char = source[at];
    if (char === '\\' && at + 1 < source.length) {
      at += 1;
      key += source[at];
    } else if (char === '.') {
      finish();
    } else if (char === '[') {
      finish();
      const end = source.indexOf(']', at);
      if (end < 0) throw new ConfigPathError(`Invalid path (missing "]"): ${source}`);
      const inner = source.slice(at + 1, end).trim();
      if (inner === '') throw new ConfigPathError(`Invalid path (empty "[]"): ${source}`);
      keys.push(inner);
      at = end;
    } else {
      key += char;
    }
  }
  finish();
  if (keys.some(isUnsafeKey)) throw new ConfigPathError(`Invalid path (reserved key): ${source}`);
  return keys;
}

/** The value at a path and whether there is one at all. */
export function valueAtPath(
  root: unknown,
  path: readonly string[],
): { readonly found: boolean; readonly value?: unknown } {
  let at: unknown = root;
  for (const key of path) {
    if (Array.isArray(at)) {
      const index = arrayIndex(key);
      if (index === undefined || index >= at.length) return { found: false };
      at = at[index];
    } else if (isJsonObject(at) && Object.hasOwn(at, key)) {
      at = at[key];
    } else {
      return { found: false };
    }
  }
  return { found: true, value: at };
}

export function arrayIndex(key: string): number | undefined {
  return /^\d+$/.test(key) ? Number(key) : undefined;
}
