import { join, resolve } from 'node:path';

/** Expands a leading `~` to the home directory and makes the path absolute (relative to the working directory). */
export function resolveUserPath(path: string, homeDir: string): string {
  const trimmed = path.trim();
  if (trimmed === '~') return homeDir;
  if (/^~[\\/]/.test(trimmed)) return join(homeDir, trimmed.slice(2));
  return resolve(trimmed);
}
