import { chmod, copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isJsonObject } from '../json-object.ts';
import { writePrivateFile } from '../write-private-file.ts';
import { restoreFolder } from './restore-point.ts';

/** One file of a restore that has begun: `staged` takes its place, or nothing does. */
export interface PendingMove {
  readonly path: string;
  readonly staged: string | null;
  readonly database: boolean;
}

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** SQLite's side files; they belong to the database that goes. */
const DATABASE_SIDES = ['-wal', '-shm', '-journal'] as const;

const pendingPath = (stateDir: string): string => join(restoreFolder(stateDir), 'pending.json');

/** From here on the restore happens, also after a crash. All staged files must be on disk. */
export async function beginRestore(stateDir: string, moves: readonly PendingMove[]): Promise<void> {
  await writePrivateFile(pendingPath(stateDir), `${JSON.stringify({ version: 1, moves }, null, 2)}\n`);
}

/**
 * Ends a restore that has begun, in this process or in one that died. Doing a part twice changes nothing. Costs one look
 * for a file when there is nothing to do.
 */
export async function finishRestore(stateDir: string): Promise<void> {
  const moves = await pendingMoves(stateDir);
  if (moves === undefined) return;
  for (const move of moves) await place(move);
  await rm(pendingPath(stateDir), { force: true });
}

async function pendingMoves(stateDir: string): Promise<readonly PendingMove[] | undefined> {
  const text = await readFile(pendingPath(stateDir), 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value) || !Array.isArray(value.moves) || !value.moves.every(isPendingMove)) {
    throw new Error(`${pendingPath(stateDir)} holds no restore that this release understands`);
  }
  return value.moves;
}

async function place({ path, staged, database }: PendingMove): Promise<void> {
  if (database) await Promise.all(DATABASE_SIDES.map((side) => rm(`${path}${side}`, { force: true })));
  if (staged === null) {
    await rm(path, { force: true });
    return;
  }
  await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
  try {
    await rename(staged, path);
  } catch (error) {
    // It is in its place already.
    if (isMissing(error)) return;
    if (!isNotRenamable(error)) throw error;
    await copyFile(staged, path);
    await chmod(path, FILE_MODE);
    await rm(staged, { force: true });
  }
}

function isPendingMove(value: unknown): value is PendingMove {
  return (
    isJsonObject(value) &&
    typeof value.path === 'string' &&
    (value.staged === null || typeof value.staged === 'string') &&
    typeof value.database === 'boolean'
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** A file that is mounted by itself can be written but not replaced. */
function isNotRenamable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['EPERM', 'EBUSY'].includes(String(error.code));
}
