import { createHash } from 'node:crypto';
import type { SandboxPlace } from './sandbox.ts';

const READABLE_MAX_CHARS = 32;
const HASH_CHARS = 8;
/** Key of the scope that all sessions share; there is only one. */
const SHARED = 'shared';

/**
 * A name for files and containers: the readable part of a scope's key and a hash that tells it from others. The names are the
 * ones that state folders in use have (reference agent/tools.md §10).
 */
export function placeName(scopeKey: string): string {
  if (scopeKey === SHARED) return SHARED;
  const readable = scopeKey
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .slice(0, READABLE_MAX_CHARS)
    .replace(/^-+|-+$/g, '');
  const hash = createHash('sha256').update(scopeKey).digest('hex').slice(0, HASH_CHARS);
  return `${readable || 'session'}-${hash}`;
}

/** Tells whether a sandbox was set up with these settings. */
export function configHash({ settings, mounts }: SandboxPlace): string {
  const facts = { docker: settings.docker, workspaceAccess: settings.workspaceAccess, mounts };
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
