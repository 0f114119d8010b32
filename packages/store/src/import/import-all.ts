import { createHash } from 'node:crypto';
import { text } from '../database/columns.ts';
import type { Database } from '../database/database.ts';
import type { ImportedState, StatePasses } from '../state-passes.ts';
import type { EntryTable } from '../transcript/entry-table.ts';
import { UNREADABLE } from '../transcript/file-line.ts';
import type { LogTable } from '../transcript/log-table.ts';

export interface ImportAllDeps {
  readonly database: Database;
  readonly logs: LogTable;
  readonly entries: EntryTable;
  readonly sessionsReady: () => Promise<void>;
  readonly transcriptReady: (sessionId: string) => Promise<void>;
}

/** Takes in everything at once that otherwise comes in when it is first asked for, and tells what that changed. */
export function createImportAll(deps: ImportAllDeps): StatePasses['importAll'] {
  const { database, logs, entries } = deps;
  const allSessions = database.statement((query) =>
    query.selectFrom('sessions').select(['key', 'session_id', 'entry']),
  );
  const unreadable = database.statement<{ type: string }>((query, slot) =>
    query
      .selectFrom('entries')
      .select((select) => select.fn.countAll<number>().as('total'))
      .where('type', '=', slot('type')),
  );

  const linesOf = (sessionId: string): number | undefined => {
    const log = logs.find(sessionId);
    return log === undefined ? undefined : entries.count(log.id);
  };

  const importTranscripts = async (
    sessionIds: readonly string[],
    progress: (done: number, total: number) => void,
  ): Promise<Pick<ImportedState, 'transcripts' | 'entriesAdded'>> => {
    const count = { added: 0, grown: 0, unchanged: 0 };
    let entriesAdded = 0;
    for (const [index, sessionId] of sessionIds.entries()) {
      const before = linesOf(sessionId);
      await deps.transcriptReady(sessionId);
      const after = linesOf(sessionId);
      if (after !== undefined) {
        entriesAdded += after - (before ?? 0);
        count[before === undefined ? 'added' : after > before ? 'grown' : 'unchanged'] += 1;
      }
      progress(index + 1, sessionIds.length);
    }
    return { transcripts: count, entriesAdded };
  };

  return async (progress = () => {}) => {
    const before = digests(allSessions.all({}));
    await deps.sessionsReady();
    const rows = allSessions.all({});
    const after = digests(rows);
    const sessionIds = [...new Set(rows.map((row) => text(row, 'session_id')))];
    const kept = [...after].filter(([key]) => before.has(key));
    const changed = kept.filter(([key, digest]) => before.get(key) !== digest).length;
    return {
      sessions: {
        added: after.size - kept.length,
        changed,
        unchanged: kept.length - changed,
        removed: [...before.keys()].filter((key) => !after.has(key)).length,
      },
      ...(await importTranscripts(sessionIds, progress)),
      unreadableLines: Number(unreadable.get({ type: UNREADABLE })?.total ?? 0),
    };
  };
}

/** A short stand-in for each entry: they can hold a whole prompt each. */
function digests(rows: readonly Parameters<typeof text>[0][]): ReadonlyMap<string, string> {
  return new Map(
    rows.map((row) => [text(row, 'key'), createHash('sha256').update(text(row, 'entry')).digest('base64')]),
  );
}
