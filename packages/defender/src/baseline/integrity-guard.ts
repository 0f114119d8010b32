import { stat } from 'node:fs/promises';
import type { Finding, Guard } from '../finding.ts';
import { fileHash, isMissing } from './file-hash.ts';

const TAMPERED_POINTS = 55;
const UNCHECKED_POINTS = 20;

interface Seen {
  /** Changes with every write; the change time cannot be set back by a program. */
  readonly stamp: string;
  readonly hash: string;
}

/**
 * Watches protected files (reference defender/defender.md §A, `host_integrity`). A file is hashed again only when the
 * file system says that it has changed. A file without a given hash must stay what it was at the first look.
 */
export function createIntegrityGuard(): Guard {
  const seen = new Map<string, Seen>();
  const firstLook = new Map<string, string | null>();

  async function currentHash(path: string, signal: AbortSignal): Promise<string> {
    const { mtimeNs, ctimeNs, size, ino } = await stat(path, { bigint: true });
    const stamp = `${mtimeNs}:${ctimeNs}:${size}:${ino}`;
    const known = seen.get(path);
    if (known?.stamp === stamp) return known.hash;
    const hash = await fileHash(path, signal);
    seen.set(path, { stamp, hash });
    return hash;
  }

  async function check(path: string, given: string | null, signal: AbortSignal): Promise<Finding | undefined> {
    const found = await currentHash(path, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      return isMissing(error) ? null : new Error('unreadable', { cause: error });
    });
    if (found instanceof Error) {
      const reason = `the protected file ${path} cannot be checked`;
      return { tag: 'host_integrity_error', points: UNCHECKED_POINTS, reason };
    }
    if (given === null && !firstLook.has(path)) firstLook.set(path, found);
    const expected = given ?? firstLook.get(path) ?? null;
    if (found !== null && found === expected) return undefined;
    const reason = `the protected file ${path} ${found === null ? 'is missing' : 'has changed'}`;
    return { tag: 'host_integrity', points: TAMPERED_POINTS, reason };
  }

  return async (_request, { protectedFiles }, signal) => {
    const paths = Object.entries(protectedFiles);
    if (paths.length === 0) return [];
    for (const path of seen.keys()) if (!Object.hasOwn(protectedFiles, path)) seen.delete(path);
    for (const path of firstLook.keys()) if (!Object.hasOwn(protectedFiles, path)) firstLook.delete(path);
    const findings = await Promise.all(paths.map(([path, given]) => check(path, given, signal)));
    return findings.filter((finding) => finding !== undefined);
  };
}
