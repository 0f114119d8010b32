import { randomUUID } from 'node:crypto';
import { chmod, copyFile, mkdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** One step of a migration on files. Doing it again after a crash ends with the same files. */
export type FileAction =
  | { readonly kind: 'copy'; readonly from: string; readonly to: string }
  | { readonly kind: 'move'; readonly from: string; readonly to: string }
  | { readonly kind: 'write'; readonly text: string; readonly to: string };

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const PROGRAM_MODE = 0o700;
const OWNER_MAY_RUN = 0o100;

/** The files that actions make, replace or take away. */
export function touchedFiles(actions: readonly FileAction[]): readonly string[] {
  return actions.flatMap((action) => (action.kind === 'move' ? [action.from, action.to] : [action.to]));
}

export async function perform(action: FileAction): Promise<void> {
  await mkdir(dirname(action.to), { recursive: true, mode: FOLDER_MODE });
  if (action.kind === 'move') return rename(action.from, action.to);
  const temporary = `${action.to}.${randomUUID()}.tmp`;
  try {
    if (action.kind === 'write') await writeFile(temporary, action.text, { mode: FILE_MODE, flush: true });
    else await copyPrivately(action.from, temporary);
    await rename(temporary, action.to);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** For its owner only; what could be run still can. */
async function copyPrivately(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const { mode, atime, mtime } = await stat(from);
  await chmod(to, (mode & OWNER_MAY_RUN) === 0 ? FILE_MODE : PROGRAM_MODE);
  await utimes(to, atime, mtime);
}
