import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { num } from '../fields.ts';
import { ensureTables } from './schema.ts';
import { loadMatrix, type VectorMatrix } from './vector-matrix.ts';

/** An index file that is open in this thread. */
export interface OpenIndex {
  readonly database: DatabaseSync;
  /** The vectors, read again only after a change. */
  matrix(): VectorMatrix;
  /** Runs a task in one transaction: all of it, or nothing of it. */
  atomically(task: () => void): void;
}

/** Opens index files once each and keeps them open; a file that another program replaced is opened anew. */
export interface IndexFiles {
  open(path: string): Promise<OpenIndex>;
  /** Like `open`, but undefined when there is no file yet. */
  existing(path: string): Promise<OpenIndex | undefined>;
  close(path: string): void;
}

const OPEN_MAX = 32;
/** The original and one-shot commands write the same file. */
const BUSY_TIMEOUT_MS = 5_000;

function openDatabase(path: string): OpenIndex {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  // The file can be made again from the notes, so a power cut may cost its last changes.
  database.exec('PRAGMA synchronous = NORMAL');
  ensureTables(database);
  let cached: { readonly key: string; readonly matrix: VectorMatrix } | undefined;
  let writes = 0;
  return {
    database,
    matrix() {
      // data_version tells of other connections' changes, `writes` of our own.
      const version = num(database.prepare('PRAGMA data_version').get()?.data_version) ?? 0;
      const key = `${version}:${writes}`;
      if (cached?.key !== key) cached = { key, matrix: loadMatrix(database) };
      return cached.matrix;
    },
    atomically(task) {
      database.exec('BEGIN IMMEDIATE');
      try {
        task();
        database.exec('COMMIT');
        writes += 1;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
  };
}

export function createIndexFiles(): IndexFiles {
  const open = new Map<string, { readonly index: OpenIndex; readonly inode: number }>();

  function close(path: string): void {
    open.get(path)?.index.database.close();
    open.delete(path);
  }

  const files: IndexFiles = {
    async open(path) {
      const known = await files.existing(path);
      if (known !== undefined) return known;
      await mkdir(dirname(path), { recursive: true });
      const index = openDatabase(path);
      open.set(path, { index, inode: (await stat(path)).ino });
      return index;
    },
    async existing(path) {
      const info = await stat(path).catch(() => undefined);
      const known = open.get(path);
      if (known !== undefined && known.inode === info?.ino) return known.index;
      close(path);
      if (info === undefined) return undefined;
      const [oldest] = open.size >= OPEN_MAX ? open.keys() : [];
      if (oldest !== undefined) close(oldest);
      const index = openDatabase(path);
      open.set(path, { index, inode: info.ino });
      return index;
    },
    close,
  };
  return files;
}
