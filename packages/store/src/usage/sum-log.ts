import { numeric, text } from '../database/columns.ts';
import type { Database } from '../database/database.ts';
import { parseLine } from '../transcript/entry.ts';
import type { DaySums } from '../usage.ts';
import { foldUsage } from './fold-usage.ts';
import type { UsageTable } from './usage-table.ts';

/** Entries taken into the sums in one transaction: a few milliseconds. */
const PIECE_ENTRIES = 200;

/**
 * Takes entries of the log that are not in the sums yet, in the order they were written. Entry numbers only grow, so one
 * number says how far it got. Returns whether there is more.
 */
export function createLogSummer(deps: {
  readonly database: Database;
  readonly table: UsageTable;
  readonly agentOf: (sessionId: string) => string;
}): () => boolean {
  const { database, table, agentOf } = deps;
  const unread = database.statement<{ after: number; limit: number }>((query, slot) =>
    query
      .selectFrom('entries')
      .innerJoin('logs', 'logs.id', 'entries.log_id')
      .select(['entries.seq as seq', 'entries.line as line', 'logs.session_id as session_id'])
      .where('entries.seq', '>', slot('after'))
      .orderBy('entries.seq')
      .limit(slot('limit')),
  );

  const addLines = (sessionId: string, lines: readonly string[]): void => {
    const known = table.transcript(sessionId);
    // The file is in the log now; what it was counted as would count twice.
    const fromFile = known?.file !== undefined;
    if (fromFile) table.remove(sessionId);
    const before = fromFile ? undefined : known;
    const { days, lastUserAt } = foldUsage(lines.map(parseLine), before?.lastUserAt);
    table.save({
      sessionId,
      agentId: agentOf(sessionId),
      file: undefined,
      size: 0,
      mtimeMs: 0,
      lastUserAt,
      lastAt: Math.max(before?.lastAt ?? 0, newestOf(days.values())),
    });
    table.addDays(sessionId, days.values());
  };

  return () => {
    const rows = unread.all({ after: table.progress(), limit: PIECE_ENTRIES });
    const last = rows.at(-1);
    if (last === undefined) return false;
    const bySession = Map.groupBy(rows, (row) => text(row, 'session_id'));
    database.transaction(() => {
      for (const [sessionId, entries] of bySession) {
        addLines(
          sessionId,
          entries.map((row) => text(row, 'line')),
        );
      }
      table.setProgress(numeric(last, 'seq'));
    });
    return rows.length === PIECE_ENTRIES;
  };
}

/** Time of the newest message, 0 without one. */
function newestOf(days: Iterable<DaySums>): number {
  return Math.max(0, ...[...days].map(({ messages }) => messages.lastAt));
}
