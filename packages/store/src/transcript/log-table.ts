import { numeric, oneOf, type Row, text, textOrUndefined } from '../database/columns.ts';
import type { Database } from '../database/database.ts';

/**
 * Rows of `logs`, written only here. A log starts live; a reset or deletion archives it as a whole, a truncation leaves
 * it live and gives birth to a `bak` log with what was cut off. Writing functions belong inside a caller's transaction.
 */

type LogKind = 'live' | 'reset' | 'deleted' | 'bak';
export type ArchivedKind = Exclude<LogKind, 'live'>;
const LOG_KINDS: readonly LogKind[] = ['live', 'reset', 'deleted', 'bak'];

export interface LogRow {
  readonly id: number;
  readonly sessionId: string;
  readonly kind: LogKind;
  readonly createdAt: number;
  readonly hasHeader: boolean;
  /** The JSONL file, once known. */
  readonly file: string | undefined;
  /** Bytes of the file that are in the log; a file of another size has news. */
  readonly fileBytes: number;
  /** Every entry up to this `seq` is in the file; COMPARE_BY_ID when only its lines can tell. */
  readonly fileSeq: number;
  readonly archiveFile: string | undefined;
  /** The file of the log that this one began as a copy of. */
  readonly parentFile: string | undefined;
}

export const COMPARE_BY_ID = -1;

export interface LogTable {
  /** The log that belongs to a session id: the live one, else the newest archived one. */
  find(sessionId: string): LogRow | undefined;
  byId(logId: number): LogRow | undefined;
  /** The log to append to; a session id without one gets a live log. */
  obtain(sessionId: string): LogRow;
  /** Gives a session id a live log when it has only archived ones, so that a session that came back starts afresh. */
  revive(sessionId: string): void;
  /** `bak` logs are born archived; `archive` then fills in where to. */
  create(sessionId: string, kind?: 'live' | 'bak'): LogRow;
  setHeader(logId: number, hasHeader: boolean): void;
  setParent(logId: number, parentFile: string): void;
  setFile(logId: number, state: { file: string; fileBytes: number; fileSeq: number }): void;
  /** Turns a live log into an archived one; without `archiveFile` its file stays where it is. */
  archive(logId: number, kind: ArchivedKind, archiveFile: string | undefined): void;
  /** The file was moved; `moved: false` when there was none, so that nobody is told about it. */
  archiveDone(logId: number, moved: boolean): void;
  /** Archived logs whose file still has to be moved, oldest first. */
  pendingArchives(limit: number): readonly LogRow[];
  /** Where the logs of a session id were archived to, oldest first. */
  archiveFiles(sessionId: string): readonly string[];
  /** Live logs with entries that their file may lack, among the `limit` after `afterId`. */
  behind(afterId: number, limit: number): { readonly logIds: readonly number[]; readonly lastId: number | undefined };
  /** Removes up to `limit` logs that were archived before `before`; returns how many. */
  removeArchived(before: number, limit: number): number;
}

export function createLogTable(database: Database, now: () => number): LogTable {
  const columns = [
    'id',
    'session_id',
    'kind',
    'created_at',
    'header',
    'file',
    'file_bytes',
    'file_seq',
    'archive_file',
    'parent_file',
  ] as const;
  const findLive = database.statement<{ sessionId: string }>((query, slot) =>
    query.selectFrom('logs').select(columns).where('session_id', '=', slot('sessionId')).where('kind', '=', 'live'),
  );
  const findArchived = database.statement<{ sessionId: string }>((query, slot) =>
    query
      .selectFrom('logs')
      .select(columns)
      .where('session_id', '=', slot('sessionId'))
      .where('kind', 'in', ['reset', 'deleted'])
      .orderBy('id', 'desc')
      .limit(1),
  );
  const findById = database.statement<{ id: number }>((query, slot) =>
    query.selectFrom('logs').select(columns).where('id', '=', slot('id')),
  );
  const insert = database.statement<{ sessionId: string; kind: string; at: number }>((query, slot) =>
    query.insertInto('logs').values({
      session_id: slot('sessionId'),
      kind: slot('kind'),
      created_at: slot('at'),
      header: 1,
      file_bytes: 0,
      file_seq: 0,
      archive_done: 0,
    }),
  );
  const setHeader = database.statement<{ id: number; header: number }>((query, slot) =>
    query
      .updateTable('logs')
      .set({ header: slot('header') })
      .where('id', '=', slot('id')),
  );
  const setParent = database.statement<{ id: number; parentFile: string }>((query, slot) =>
    query
      .updateTable('logs')
      .set({ parent_file: slot('parentFile') })
      .where('id', '=', slot('id')),
  );
  const setFile = database.statement<{ id: number; file: string; fileBytes: number; fileSeq: number }>((query, slot) =>
    query
      .updateTable('logs')
      .set({ file: slot('file'), file_bytes: slot('fileBytes'), file_seq: slot('fileSeq') })
      .where('id', '=', slot('id')),
  );
  const archive = database.statement<{
    id: number;
    kind: string;
    at: number;
    archiveFile: string | null;
    done: number;
  }>((query, slot) =>
    query
      .updateTable('logs')
      .set({
        kind: slot('kind'),
        archived_at: slot('at'),
        archive_file: slot('archiveFile'),
        archive_done: slot('done'),
      })
      .where('id', '=', slot('id')),
  );
  const archiveDone = database.statement<{ id: number }>((query, slot) =>
    query.updateTable('logs').set({ archive_done: 1 }).where('id', '=', slot('id')),
  );
  const archiveMissing = database.statement<{ id: number }>((query, slot) =>
    query.updateTable('logs').set({ archive_done: 1, archive_file: null }).where('id', '=', slot('id')),
  );
  const pendingArchives = database.statement<{ limit: number }>((query, slot) =>
    query
      .selectFrom('logs')
      .select(columns)
      .where('kind', '!=', 'live')
      .where('archive_done', '=', 0)
      .orderBy('id')
      .limit(slot('limit')),
  );
  const archiveFiles = database.statement<{ sessionId: string }>((query, slot) =>
    query
      .selectFrom('logs')
      .select('archive_file')
      .where('session_id', '=', slot('sessionId'))
      .where('archive_file', 'is not', null)
      .orderBy('archived_at')
      .orderBy('id'),
  );
  const liveAfter = database.statement<{ afterId: number; limit: number }>((query, slot) =>
    query
      .selectFrom('logs')
      .select('id')
      .select(({ exists, selectFrom }) =>
        exists(
          selectFrom('entries')
            .select('entries.seq')
            .whereRef('entries.log_id', '=', 'logs.id')
            .whereRef('entries.seq', '>', 'logs.file_seq'),
        ).as('behind'),
      )
      .where('kind', '=', 'live')
      .where('id', '>', slot('afterId'))
      .orderBy('id')
      .limit(slot('limit')),
  );
  const removeArchived = database.statement<{ before: number; limit: number }>((query, slot) =>
    query
      .deleteFrom('logs')
      .where('id', 'in', (select) =>
        select
          .selectFrom('logs as old')
          .select('old.id')
          .where('old.archived_at', '<', slot('before'))
          .where('old.archive_done', '=', 1)
          .limit(slot('limit')),
      ),
  );

  const byId: LogTable['byId'] = (logId) => logRow(findById.get({ id: logId }));
  const find: LogTable['find'] = (sessionId) => logRow(findLive.get({ sessionId }) ?? findArchived.get({ sessionId }));
  const create: LogTable['create'] = (sessionId, kind = 'live') => {
    const log = byId(insert.run({ sessionId, kind, at: now() }).lastId);
    if (log === undefined) throw new Error(`the log of session ${sessionId} was not created`);
    return log;
  };

  return {
    find,
    byId,
    create,
    revive(sessionId) {
      const log = find(sessionId);
      if (log !== undefined && log.kind !== 'live') create(sessionId);
    },
    obtain: (sessionId) => find(sessionId) ?? create(sessionId),
    setHeader: (id, hasHeader) => void setHeader.run({ id, header: hasHeader ? 1 : 0 }),
    setParent: (id, parentFile) => void setParent.run({ id, parentFile }),
    setFile: (id, state) => void setFile.run({ id, ...state }),
    archive(id, kind, archiveFile) {
      archive.run({ id, kind, at: now(), archiveFile: archiveFile ?? null, done: archiveFile === undefined ? 1 : 0 });
    },
    archiveDone: (id, moved) => void (moved ? archiveDone : archiveMissing).run({ id }),
    pendingArchives: (limit) => pendingArchives.all({ limit }).flatMap((row) => logRow(row) ?? []),
    archiveFiles: (sessionId) => archiveFiles.all({ sessionId }).map((row) => text(row, 'archive_file')),
    behind(afterId, limit) {
      const rows = liveAfter.all({ afterId, limit });
      const last = rows.at(-1);
      return {
        logIds: rows.filter((row) => numeric(row, 'behind') === 1).map((row) => numeric(row, 'id')),
        lastId: last === undefined || rows.length < limit ? undefined : numeric(last, 'id'),
      };
    },
    removeArchived: (before, limit) => removeArchived.run({ before, limit }).changes,
  };
}

function logRow(row: Row | undefined): LogRow | undefined {
  if (row === undefined) return undefined;
  return {
    id: numeric(row, 'id'),
    sessionId: text(row, 'session_id'),
    kind: oneOf(row, 'kind', LOG_KINDS),
    createdAt: numeric(row, 'created_at'),
    hasHeader: numeric(row, 'header') === 1,
    file: textOrUndefined(row, 'file'),
    fileBytes: numeric(row, 'file_bytes'),
    fileSeq: numeric(row, 'file_seq'),
    archiveFile: textOrUndefined(row, 'archive_file'),
    parentFile: textOrUndefined(row, 'parent_file'),
  };
}
