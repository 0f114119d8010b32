import { lstat, readFile, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isMemoryPath, normalizeMemoryPath } from '../text/memory-path.ts';
import { FILE_MAX_BYTES, type MemoryPlaces } from './find-memory-files.ts';

function isInside(path: string, dir: string): boolean {
  const way = relative(dir, path);
  return way === '' || (!way.startsWith(`..${sep}`) && way !== '..' && !isAbsolute(way));
}

/** What the original says of a path that is no memory (observed). */
const NOT_MEMORY = 'path required';

/** The real place of the nearest folder that exists above a path, with the rest of the path behind it. */
async function realPlace(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

/**
 * Part of a memory file: only Markdown of the agent's memory or of the configured extra paths, no links, 1-based lines.
 * Throws for anything else, and for a memory that was not written yet.
 */
export async function readMemoryFile(
  places: MemoryPlaces,
  request: { readonly path: string; readonly from?: number; readonly lines?: number },
): Promise<{ readonly path: string; readonly text: string }> {
  const given = request.path.trim();
  const absolutePath = isAbsolute(given) ? resolve(given) : resolve(places.workspaceDir, given);
  const path = normalizeMemoryPath(relative(places.workspaceDir, absolutePath).replaceAll(sep, '/'));
  const isOwn = isMemoryPath(path);
  const extra = places.extraPaths.find((allowed) => isInside(absolutePath, allowed));
  if ((!isOwn && extra === undefined) || !absolutePath.endsWith('.md')) {
    throw new Error(NOT_MEMORY);
  }
  const info = await lstat(absolutePath);
  // A link, or a folder on the way that is one, could lead anywhere.
  const root = isOwn ? places.workspaceDir : (extra ?? places.workspaceDir);
  const isLinked = (await realPlace(absolutePath)) !== join(await realPlace(root), relative(root, absolutePath));
  if (!info.isFile() || isLinked) throw new Error(`${given} is not a plain file`);
  if (info.size > FILE_MAX_BYTES) throw new Error(`${given} is larger than ${FILE_MAX_BYTES} bytes`);
  const text = await readFile(absolutePath, 'utf8');
  if (request.from === undefined && request.lines === undefined) return { path, text };
  const start = Math.max(1, Math.floor(request.from ?? 1)) - 1;
  const all = text.split('\n');
  const count = Math.max(1, Math.floor(request.lines ?? all.length));
  return { path, text: all.slice(start, start + count).join('\n') };
}
