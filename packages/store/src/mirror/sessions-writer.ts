import { numeric, type Row, textOrUndefined } from '../database/columns.ts';
import type { Database } from '../database/database.ts';
import { fileFacts } from '../import/find-session-files.ts';
import type { SessionFileTable } from '../sessions/session-file-table.ts';
import { sessionRow } from '../sessions/session-table.ts';
import type { SessionEntry } from '../sessions.ts';
import { moveFile, replaceFile } from './private-file.ts';
import { rotateFile } from './rotate-file.ts';
import { writeSessionPages } from './sessions-text.ts';

/** Rows serialised before the loop gets its turn. */
const BATCH_ROWS = 100;

export interface SessionsWriterDeps {
  readonly database: Database;
  readonly files: SessionFileTable;
  /** Takes in what somebody else changed in the file, so that writing it loses nothing. */
  readonly refresh: (file: string) => Promise<void>;
  readonly now: () => number;
  /** The size beyond which a copy is kept before the file is replaced; undefined: never. */
  readonly rotateBytes?: () => number | undefined;
}

/**
 * Writes a `sessions.json` from its rows: two-space indent, in the order the sessions came to be, with the
 * `sessionFile` of every session that has a transcript (reference protocol/state-layout.md §3.3). Resolves with its size.
 */
export function createSessionsWriter(deps: SessionsWriterDeps): (file: string) => Promise<number> {
  const { database, files } = deps;
  const page = database.statement<{ file: string; after: number; limit: number }>((query, slot) =>
    query
      .selectFrom('sessions')
      .leftJoin('logs', (join) =>
        join
          .onRef('logs.session_id', '=', 'sessions.session_id')
          .on('logs.kind', '=', 'live')
          .on('logs.file_bytes', '>', 0),
      )
      .select([
        'sessions.seq as seq',
        'sessions.key as key',
        'sessions.agent_id as agent_id',
        'sessions.entry as entry',
      ])
      .select('logs.file as transcript')
      .where('sessions.file', '=', slot('file'))
      .where('sessions.seq', '>', slot('after'))
      .orderBy('sessions.seq')
      .limit(slot('limit')),
  );

  /** A file that could not be taken in is somebody's data all the same: it is put beside, not overwritten. */
  const keepUnreadable = async (file: string): Promise<void> => {
    const [facts, known] = [await fileFacts(file), files.find(file)];
    if (facts === undefined || (known?.size === facts.size && known.mtimeMs === facts.mtimeMs)) return;
    await moveFile(file, `${file}.unreadable.${new Date(deps.now()).toISOString().replaceAll(':', '-')}`);
  };

  return async (file) => {
    await deps.refresh(file);
    await keepUnreadable(file);
    const rotateBytes = deps.rotateBytes?.();
    if (rotateBytes !== undefined) await rotateFile(file, rotateBytes, deps.now());
    // Later changes have a higher revision and a later time, so they stay unwritten until the next round.
    const revision = files.newestRevision(file);
    const startedAt = deps.now();
    let after = 0;
    const nextPage = () =>
      page.all({ file, after, limit: BATCH_ROWS }).map((row) => {
        after = numeric(row, 'seq');
        return memberOf(row);
      });
    const written = await replaceFile(file, async (handle) => void (await writeSessionPages(handle, nextPage)));
    database.transaction(() => {
      files.put(file, { ...written, revision });
      files.forgetTombstones(file, startedAt);
    });
    return written.size;
  };
}

function memberOf(row: Row): readonly [string, SessionEntry] {
  const { key, entry } = sessionRow(row);
  const transcript = textOrUndefined(row, 'transcript');
  const isKnown = transcript === undefined || entry.sessionFile !== undefined;
  return [key, isKnown ? entry : { ...entry, sessionFile: transcript }];
}
