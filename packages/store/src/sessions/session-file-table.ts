import { numeric, text } from '../database/columns.ts';
import type { Database } from '../database/database.ts';

/** What is known of a `sessions.json`: how it looked when it was last read or written, and up to which revision rows agree with it. */
interface SessionFileState {
  readonly size: number;
  readonly mtimeMs: number;
  readonly revision: number;
}

export interface SessionFileTable {
  find(file: string): SessionFileState | undefined;
  put(file: string, state: SessionFileState): void;
  /** Keys of the file's rows that nobody changed here since the file was read or written. */
  cleanKeys(file: string): readonly string[];
  /** Files that lack a change made here. */
  behind(): readonly string[];
  /** The revision of the newest change to the file's sessions. */
  newestRevision(file: string): number;
  /** Forgets deletions that the file knows of. */
  forgetTombstones(file: string, before: number): void;
}

export function createSessionFileTable(database: Database): SessionFileTable {
  const find = database.statement<{ file: string }>((query, slot) =>
    query.selectFrom('session_files').select(['size', 'mtime_ms', 'revision']).where('file', '=', slot('file')),
  );
  const put = database.statement<{ file: string; size: number; mtimeMs: number; revision: number }>((query, slot) =>
    query.replaceInto('session_files').values({
      file: slot('file'),
      size: slot('size'),
      mtime_ms: slot('mtimeMs'),
      revision: slot('revision'),
    }),
  );
  const cleanKeys = database.statement<{ file: string; revision: number }>((query, slot) =>
    query
      .selectFrom('sessions')
      .select('key')
      .where('file', '=', slot('file'))
      .where('revision', '<=', slot('revision')),
  );
  const changedFiles = database.statement((query) =>
    query
      .selectFrom('sessions')
      .leftJoin('session_files', 'session_files.file', 'sessions.file')
      .select('sessions.file')
      .distinct()
      .where((where) =>
        where.or([
          where('session_files.revision', 'is', null),
          where('sessions.revision', '>', where.ref('session_files.revision')),
        ]),
      ),
  );
  const buriedFiles = database.statement((query) => query.selectFrom('session_tombstones').select('file').distinct());
  const newest = database.statement<{ file: string }>((query, slot) =>
    query
      .selectFrom('sessions')
      .select((select) => select.fn.coalesce(select.fn.max('revision'), select.lit(0)).as('revision'))
      .where('file', '=', slot('file')),
  );
  const forget = database.statement<{ file: string; before: number }>((query, slot) =>
    query.deleteFrom('session_tombstones').where('file', '=', slot('file')).where('deleted_at', '<', slot('before')),
  );

  const findState: SessionFileTable['find'] = (file) => {
    const row = find.get({ file });
    if (row === undefined) return undefined;
    return { size: numeric(row, 'size'), mtimeMs: numeric(row, 'mtime_ms'), revision: numeric(row, 'revision') };
  };

  return {
    find: findState,
    put: (file, state) => void put.run({ file, ...state }),
    cleanKeys: (file) =>
      cleanKeys.all({ file, revision: findState(file)?.revision ?? 0 }).map((row) => text(row, 'key')),
    behind: () => [...new Set([...changedFiles.all({}), ...buriedFiles.all({})].map((row) => text(row, 'file')))],
    newestRevision(file) {
      const row = newest.get({ file });
      return row === undefined ? 0 : numeric(row, 'revision');
    },
    forgetTombstones: (file, before) => void forget.run({ file, before }),
  };
}
