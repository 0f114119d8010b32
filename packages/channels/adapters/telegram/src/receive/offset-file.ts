/**
 * The last update that was taken, in the original's file `update-offset-<account>.json`. Written after the inbox has the
 * update, so that a crash between the two brings it again, and the inbox knows it.
 */
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { numberIn } from '../json.ts';

export interface OffsetFile {
  /** The last update's id; undefined when there is none, or it is too old to say anything. */
  read(now: number): Promise<number | undefined>;
  write(lastUpdateId: number): Promise<void>;
}

/**
 * After a quiet week the vendor counts from another number on, maybe a smaller one; it keeps updates for a day. An older
 * file is of no use and could hide new messages.
 */
export const OFFSET_LIFE_MS = 6 * 24 * 60 * 60 * 1000;
const VERSION = 1;

export function createOffsetFile(folder: string, accountId: string): OffsetFile {
  const path = join(folder, `update-offset-${accountId}.json`);
  return {
    async read(now) {
      try {
        const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
        return now - mtimeMs > OFFSET_LIFE_MS ? undefined : numberIn(JSON.parse(text), 'lastUpdateId');
      } catch {
        // None yet, or not to be read: the vendor still holds what was not taken.
        return undefined;
      }
    },
    async write(lastUpdateId) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const next = `${path}.tmp`;
      await writeFile(next, `${JSON.stringify({ version: VERSION, lastUpdateId }, null, 2)}\n`, { mode: 0o600 });
      await rename(next, path);
    },
  };
}
