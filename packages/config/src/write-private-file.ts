import { randomUUID } from 'node:crypto';
import { chmod, copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

const DIR_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * Replaces a file in one step, readable by its owner only: a temporary file in the same folder, flushed to disk, then
 * renamed. Where renaming is not allowed (a mounted file) the content is copied. Returns which of the two it was.
 */
export async function writePrivateFile(path: string, content: string): Promise<'rename' | 'copy-fallback'> {
  await mkdir(dirname(path), { recursive: true, mode: DIR_MODE });
  const temporary = `${path}.${process.pid}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, 'wx', FILE_MODE);
    try {
      await handle.writeFile(content, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
    try {
      await rename(temporary, path);
      return 'rename';
    } catch (error) {
      if (!isNotRenamable(error)) throw error;
      await copyFile(temporary, path);
      await chmod(path, FILE_MODE);
      return 'copy-fallback';
    }
  } finally {
    await rm(temporary, { force: true });
  }
}

function isNotRenamable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['EPERM', 'EEXIST', 'EBUSY'].includes(String(error.code));
}
