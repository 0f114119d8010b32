import { mkdir, readdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beginRestore, finishRestore, type PendingMove } from './finish-restore.ts';
import { copyPrivately } from './private-copy.ts';
import {
  type KeptFile,
  manifestPath,
  pointJson,
  type RestorePoint,
  type RestoreReason,
  readPoint,
  restoreFolder,
} from './restore-point.ts';

/** There is no room for the copies; nothing was changed. */
export class RestoreSpaceError extends Error {
  override readonly name = 'RestoreSpaceError';
}

/** A copy is not what it was when the point was made; nothing was changed. */
export class RestoreDamagedError extends Error {
  override readonly name = 'RestoreDamagedError';
}

export interface RestoreRequest {
  readonly reason: RestoreReason;
  /** Absolute paths of the files that are about to be written, made or removed. */
  readonly files: readonly string[];
  /** The id of a point that must not make room for this one. */
  readonly keep?: string;
  /** A database that is about to change, with a way to copy it while it is open. */
  readonly database?: { readonly path: string; copyTo(file: string): Promise<void> };
}

export interface RestorePoints {
  /** Keeps the files as they are now. Throws RestoreSpaceError. Older points go when there are too many or they are too big. */
  create(request: RestoreRequest): Promise<RestorePoint>;
  /** Takes a point away, after nothing was changed. */
  discard(point: RestorePoint): Promise<void>;
  /** Newest first. */
  list(): Promise<readonly RestorePoint[]>;
  /**
   * Puts the files of a point back as one step: a crash leaves all of them as they were, or the next start ends the work.
   * Nobody else may use them meanwhile. Throws RestoreDamagedError.
   */
  apply(point: RestorePoint): Promise<void>;
}

/** Points of each kind that are kept: those with a database are big. */
const POINTS_KEPT = 20;
const DATABASE_POINTS_KEPT = 3;
/** Of all points together; the newest one is kept whatever its size. */
const BYTES_KEPT = 1024 ** 3;
/** What a disk must have left after the copies. */
const SPARE_BYTES = 16 * 1024 ** 2;
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** Ends the names of folders and files whose writing did not end. */
const UNFINISHED = '.partial';

export function createRestorePoints(deps: { readonly stateDir: string; readonly now: () => number }): RestorePoints {
  const { stateDir, now } = deps;
  const folder = restoreFolder(stateDir);

  const list = async (): Promise<readonly RestorePoint[]> => {
    const points = await Promise.all((await namesIn(folder)).map((name) => readPoint(join(folder, name))));
    return points.filter((point) => point !== undefined).sort((a, b) => (a.id < b.id ? 1 : -1));
  };

  /** The folder of a point that was never finished has no manifest under its final name, so it counts for nothing. */
  const prune = async (keep: string | undefined): Promise<void> => {
    const points = await list();
    const excess = points.filter((point, index) => index > 0 && point.id !== keep && isExcess(points, index, point));
    for (const { id } of excess) await rm(join(folder, id), { recursive: true, force: true });
  };

  return {
    list,
    discard: ({ id }) => rm(join(folder, id), { recursive: true, force: true }),
    async create(request) {
      await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
      await refuseWithoutSpace(folder, request);
      const at = now();
      const id = await freeId(folder, at, request.reason);
      const unfinished = join(folder, `${id}${UNFINISHED}`);
      await mkdir(unfinished, { mode: FOLDER_MODE });
      try {
        const files = await keepFiles(unfinished, request);
        const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
        const point: RestorePoint = { id, createdAt: new Date(at).toISOString(), reason: request.reason, files, bytes };
        await writeFile(manifestPath(unfinished), pointJson(point), { mode: FILE_MODE, flush: true });
        await rename(unfinished, join(folder, id));
        await prune(request.keep);
        return point;
      } catch (error) {
        await rm(unfinished, { recursive: true, force: true });
        throw error;
      }
    },
    async apply(point) {
      const staged: PendingMove[] = [];
      try {
        for (const file of point.files) staged.push(await stage(join(folder, point.id), point.id, file));
        await beginRestore(stateDir, staged);
      } catch (error) {
        await Promise.all(staged.map((move) => move.staged && rm(move.staged, { force: true })));
        throw error;
      }
      await finishRestore(stateDir);
    },
  };
}

function isExcess(points: readonly RestorePoint[], index: number, point: RestorePoint): boolean {
  const newer = points.slice(0, index);
  const isBig = hasDatabase(point);
  const sameKind = newer.filter((other) => hasDatabase(other) === isBig).length;
  const bytes = newer.reduce((sum, other) => sum + other.bytes, point.bytes);
  return sameKind >= (isBig ? DATABASE_POINTS_KEPT : POINTS_KEPT) || bytes > BYTES_KEPT;
}

function hasDatabase(point: RestorePoint): boolean {
  return point.files.some((file) => file.database);
}

/** `2026-11-23T15-25-00.123Z-config`, with a number behind it for the second one of a millisecond. */
async function freeId(folder: string, at: number, reason: RestoreReason): Promise<string> {
  const taken = new Set(await namesIn(folder));
  const base = `${new Date(at).toISOString().replaceAll(':', '-')}-${reason}`;
  let id = base;
  for (let count = 2; taken.has(id) || taken.has(`${id}${UNFINISHED}`); count += 1) id = `${base}-${count}`;
  return id;
}

async function keepFiles(folder: string, request: RestoreRequest): Promise<readonly KeptFile[]> {
  const kept: KeptFile[] = [];
  for (const path of new Set(request.files)) kept.push(await keepFile(folder, String(kept.length), path));
  const { database } = request;
  if (database !== undefined) kept.push(await keepDatabase(folder, String(kept.length), database));
  return kept;
}

async function keepFile(folder: string, copy: string, path: string): Promise<KeptFile> {
  if ((await sizeOf(path)) === undefined) return { path, copy: null, bytes: 0, sha256: '', database: false };
  return { path, copy, ...(await copyPrivately(path, join(folder, copy))), database: false };
}

async function keepDatabase(
  folder: string,
  copy: string,
  { path, copyTo }: NonNullable<RestoreRequest['database']>,
): Promise<KeptFile> {
  if ((await sizeOf(path)) === undefined) return { path, copy: null, bytes: 0, sha256: '', database: true };
  const raw = join(folder, `${copy}.copy`);
  await copyTo(raw);
  const facts = await copyPrivately(raw, join(folder, copy));
  await rm(raw);
  return { path, copy, ...facts, database: true };
}

/** Puts a checked copy beside the place it belongs to, where a rename is all that is left to do. */
async function stage(folder: string, id: string, file: KeptFile): Promise<PendingMove> {
  const { path, copy, database } = file;
  if (copy === null) return { path, staged: null, database };
  const staged = `${path}.${id}${UNFINISHED}`;
  await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
  await rm(staged, { force: true });
  const { sha256 } = await copyPrivately(join(folder, copy), staged);
  if (sha256 === file.sha256) return { path, staged, database };
  await rm(staged, { force: true });
  throw new RestoreDamagedError(`the copy of ${path} in the restore point ${id} is damaged; nothing was changed`);
}

async function refuseWithoutSpace(folder: string, request: RestoreRequest): Promise<void> {
  const paths = [...request.files, ...(request.database === undefined ? [] : [request.database.path])];
  const sizes = await Promise.all(paths.map(sizeOf));
  const needed = sizes.reduce<number>((sum, size) => sum + (size ?? 0), SPARE_BYTES);
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= needed) return;
  throw new RestoreSpaceError(
    `a restore point needs ${Math.ceil(needed / 1024 ** 2)} MiB in ${folder}, which the disk does not have`,
  );
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw error;
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
