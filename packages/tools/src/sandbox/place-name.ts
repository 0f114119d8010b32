import { createHash } from 'node:crypto';
import type { SandboxPlace } from './sandbox.ts';

const READABLE_MAX_CHARS = 32;
const HASH_CHARS = 8;

/** A name for files and containers: the readable part of a scope's key and a hash that tells it from others. */
export function placeName(scopeKey: string): string {
  const readable = scopeKey
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .slice(0, READABLE_MAX_CHARS)
    .replace(/^-+|-+$/g, '');
  const hash = createHash('sha1').update(scopeKey).digest('hex').slice(0, HASH_CHARS);
  return `${readable || 'session'}-${hash}`;
}

/** Tells whether a sandbox was set up with these settings. */
export function configHash({ settings, mounts }: SandboxPlace): string {
  const facts = { docker: settings.docker, workspaceAccess: settings.workspaceAccess, mounts };
  return createHash('sha1').update(JSON.stringify(facts)).digest('hex');
}
