import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';

export interface ContainedFile {
  readonly bytes: Buffer;
  /** Changes when the content does. */
  readonly etag: string;
}

/** What the file system says of a path that names nothing; a name it would not even take names nothing either. */
const NO_SUCH_FILE = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP']);

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}

/** A plain file below `root`, links resolved; undefined when there is none or it lies elsewhere. */
export async function readContainedFile(root: string, relativePath: string): Promise<ContainedFile | undefined> {
  if (relativePath.includes('\0')) return undefined;
  try {
    const realRoot = await realpath(root);
    const path = await realpath(join(realRoot, relativePath));
    if (!isInside(realRoot, path)) return undefined;
    const facts = await stat(path);
    if (!facts.isFile()) return undefined;
    return { bytes: await readFile(path), etag: `"${facts.size.toString(36)}-${facts.mtimeMs.toString(36)}"` };
  } catch (error) {
    if (error instanceof Error && 'code' in error && NO_SUCH_FILE.has(String(error.code))) return undefined;
    throw error;
  }
}
