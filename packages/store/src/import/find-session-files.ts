import { readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { SessionPaths } from '../sessions/session-paths.ts';

/** A `sessions.json` on disk. */
export interface SessionFileOnDisk {
  readonly file: string;
  /** Whose bare keys it holds. */
  readonly agentId: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** Every agent's `sessions.json` that exists now. */
export async function findSessionFiles(paths: SessionPaths): Promise<readonly SessionFileOnDisk[]> {
  const candidates = await candidatesOf(paths);
  const found = await Promise.all(
    candidates.map(async (candidate) => ({ ...candidate, facts: await fileFacts(candidate.file) })),
  );
  return found.flatMap(({ file, agentId, facts }) => (facts === undefined ? [] : [{ file, agentId, ...facts }]));
}

/** Size and time of a regular file; undefined when there is none. */
export async function fileFacts(
  file: string,
): Promise<{ readonly size: number; readonly mtimeMs: number } | undefined> {
  try {
    const facts = await stat(file);
    return facts.isFile() ? { size: facts.size, mtimeMs: facts.mtimeMs } : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function candidatesOf(paths: SessionPaths): Promise<readonly { file: string; agentId: string }[]> {
  if (paths.shared !== undefined) return [{ file: paths.shared, agentId: paths.agentOf(paths.shared) }];
  if (paths.perAgent === undefined) return [];
  const { parent, prefix, suffix } = paths.perAgent;
  const [segmentEnd = '', ...rest] = suffix.split(sep);
  const names = await namesIn(parent);
  return names
    .filter(
      (name) => name.startsWith(prefix) && name.endsWith(segmentEnd) && name.length > prefix.length + segmentEnd.length,
    )
    .map((name) => {
      const file = join(parent, name, ...rest);
      return { file, agentId: paths.agentOf(file).toLowerCase() };
    });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code: unknown = Reflect.get(error, 'code');
  return code === 'ENOENT' || code === 'ENOTDIR';
}
