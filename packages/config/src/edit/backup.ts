import { chmod, copyFile, rename, rm } from 'node:fs/promises';

/** `<file>.bak` is the newest, `.bak.1` … `.bak.4` the older ones (reference config/config.md §10). */
const OLDEST_BACKUP = 4;
const FILE_MODE = 0o600;

/** Shifts the older backups and copies the present file to `<file>.bak`, readable by its owner only. */
export async function rotateBackups(file: string): Promise<void> {
  await rm(`${file}.bak.${OLDEST_BACKUP}`, { force: true });
  for (let age = OLDEST_BACKUP - 1; age >= 1; age -= 1) await shift(`${file}.bak.${age}`, `${file}.bak.${age + 1}`);
  await shift(`${file}.bak`, `${file}.bak.1`);
  await copyFile(file, `${file}.bak`);
  await chmod(`${file}.bak`, FILE_MODE);
}

async function shift(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
