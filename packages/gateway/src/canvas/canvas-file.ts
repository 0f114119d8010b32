import { constants } from 'node:fs';
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises';
import { join } from 'node:path';

export interface CanvasFile {
  readonly handle: FileHandle;
  readonly path: string;
  readonly sizeBytes: number;
}

const INDEX = 'index.html';
/** What the file system says of a path that names nothing one may have. */
const NO_SUCH_FILE = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EACCES']);

/**
 * Opens a file below `root` by the path of an address, a folder's `index.html` for the folder; undefined for everything
 * else. No link is followed anywhere below the root, and none that appears in between: nothing outside can be reached.
 * The caller closes the handle.
 */
export async function openCanvasFile(root: string, addressPath: string): Promise<CanvasFile | undefined> {
  const names = plainNames(addressPath);
  if (!names) return undefined;
  try {
    const path = await withoutLinks(await realpath(root), names);
    if (path === undefined) return undefined;
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const facts = await handle.stat().catch(async (error: unknown) => {
      await handle.close();
      throw error;
    });
    if (facts.isFile()) return { handle, path, sizeBytes: facts.size };
    await handle.close();
    return undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && NO_SUCH_FILE.has(String(error.code))) return undefined;
    throw error;
  }
}

/** The decoded names of a path; undefined when one of them leads elsewhere. */
function plainNames(addressPath: string): readonly string[] | undefined {
  try {
    const names = decodeURIComponent(addressPath)
      .split('/')
      .filter((name) => name !== '' && name !== '.');
    return names.some((name) => name === '..' || /[\0\\]/.test(name)) ? undefined : names;
  } catch {
    return undefined;
  }
}

async function withoutLinks(root: string, names: readonly string[]): Promise<string | undefined> {
  let path = root;
  let isFolder = true;
  for (const name of names) {
    path = join(path, name);
    const facts = await lstat(path);
    if (facts.isSymbolicLink()) return undefined;
    isFolder = facts.isDirectory();
  }
  if (!isFolder) return path;
  const index = join(path, INDEX);
  return (await lstat(index)).isSymbolicLink() ? undefined : index;
}
