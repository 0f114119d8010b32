import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

/** Size and time of a file that was just written. */
export interface WrittenFile {
  readonly size: number;
  readonly mtimeMs: number;
}

/**
 * Replaces a file as a whole: readers see the old one or the new one. The folder is made when it is missing; both are
 * for their owner only. When `write` fails the old file stands.
 */
export async function replaceFile(file: string, write: (handle: FileHandle) => Promise<void>): Promise<WrittenFile> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  await mkdir(dirname(file), { recursive: true, mode: PRIVATE_FOLDER });
  const handle = await open(temporary, 'wx', PRIVATE_FILE);
  try {
    await write(handle);
    const { size, mtimeMs } = await handle.stat();
    await handle.close();
    await rename(temporary, file);
    return { size, mtimeMs };
  } catch (error) {
    await handle.close();
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Adds text to the end of a file, on a line of its own even when the last line has no newline; returns the new size. */
export async function appendLines(file: string, text: string): Promise<number> {
  const handle = await open(file, 'a+', PRIVATE_FILE);
  try {
    const { size } = await handle.stat();
    const last = size === 0 ? undefined : await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    const lead = last === undefined || last.buffer.toString() === '\n' ? '' : '\n';
    await handle.appendFile(lead + text);
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

/** Moves a file; false when there is none. */
export async function moveFile(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === 'ENOENT') return false;
    throw error;
  }
}
