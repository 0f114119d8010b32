import type { Database } from '../database/database.ts';
import type { SessionFileTable } from '../sessions/session-file-table.ts';
import type { SessionTable, StoredSession } from '../sessions/session-table.ts';
import type { ImportedSession } from './sessions-file.ts';

/** Rows in one transaction: small, so that another connection never waits long for the write lock. */
const BATCH_ROWS = 100;

export interface SessionImportTables {
  readonly database: Database;
  readonly sessions: SessionTable;
  readonly files: SessionFileTable;
}

/**
 * Brings the rows of one `sessions.json` in line with its content. A row that was changed here and is at least as new as
 * the file's entry stays; a session deleted here stays deleted unless the file has news of it; a clean row that the file
 * no longer has is removed. `pause` is awaited between batches.
 */
export async function importSessions(
  tables: SessionImportTables,
  source: { readonly file: string; readonly size: number; readonly mtimeMs: number },
  imported: readonly ImportedSession[],
  pause: () => Promise<void>,
): Promise<void> {
  const { database, sessions, files } = tables;
  const before = files.find(source.file);
  const revision = before?.revision ?? 0;
  for (let start = 0; start < imported.length; start += BATCH_ROWS) {
    const batch = imported.slice(start, start + BATCH_ROWS);
    database.transaction(() => {
      for (const session of batch) {
        if (fileWins(session, source.file, sessions.get(session.key), sessions.tombstone(session.key), revision)) {
          sessions.adopt({ ...session, file: source.file });
        }
      }
    });
    await pause();
  }
  const present = new Set(imported.map(({ key }) => key));
  database.transaction(() => {
    const vanished = before === undefined ? [] : files.cleanKeys(source.file).filter((key) => !present.has(key));
    for (const key of vanished) sessions.forget(key);
    files.put(source.file, { size: source.size, mtimeMs: source.mtimeMs, revision });
  });
}

function fileWins(
  session: ImportedSession,
  file: string,
  existing: StoredSession | undefined,
  deletedAt: number | undefined,
  fileRevision: number,
): boolean {
  const { updatedAt } = session.entry;
  if (existing === undefined) return deletedAt === undefined || updatedAt > deletedAt;
  const changedHere = existing.revision > fileRevision || existing.file !== file;
  return changedHere ? updatedAt > existing.entry.updatedAt : true;
}
