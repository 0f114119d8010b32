import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { FileUse } from './file-access.ts';
import { realTarget } from './tool-path.ts';

/** A file below a folder that is held open, so that nobody can put a link in its way between check and use. */
export interface PinnedFile {
  /** Path to use instead of the file's own. */
  readonly at: string;
  release(): Promise<void>;
}

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY;
const descend = (folder: FileHandle, name: string): string => `/proc/self/fd/${folder.fd}/${name}`;

async function makeFolder(path: string): Promise<void> {
  await mkdir(path).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  });
}

/**
 * Walks from `root` to the folder of `target` and follows no link on the way; programs of a sandbox may move things while
 * the gateway looks. Throws `Path escapes sandbox root` unless `target` lies below `root`, links followed. Linux only.
 */
export async function pinFile(root: string, target: string, use: FileUse): Promise<PinnedFile> {
  const realRoot = await realpath(root);
  // Links are followed here once more, so that what they lead to is judged here once more.
  const real = use === 'remove' ? join(await realTarget(dirname(target)), basename(target)) : await realTarget(target);
  const way = relative(realRoot, real).split(sep);
  if (way[0] === '..') throw new Error(`Path escapes sandbox root (${root}): ${target}`);
  const name = way.pop() || '.';
  let folder = await open(realRoot, FOLDER);
  try {
    for (const step of way) {
      const path = descend(folder, step);
      if (use === 'create') await makeFolder(path);
      const inner = await open(path, FOLDER | constants.O_NOFOLLOW);
      await folder.close();
      folder = inner;
    }
  } catch (error) {
    await folder.close();
    throw error;
  }
  return { at: descend(folder, name), release: () => folder.close() };
}
