import type { Clock, Logger } from '@chela/observability';
import type { Database } from './database/database.ts';
import type { LogTable } from './transcript/log-table.ts';

/** How often the store tidies up after itself. */
const ROUND_MS = 60_000;
/** Transcripts put away by reset, delete and truncation are kept this long. */
const ARCHIVE_RETENTION_MS = 90 * 24 * 60 * 60 * 1000;
/** Archived logs removed in one round; few, because each takes all its entries along in one transaction. */
const REMOVED_AT_ONCE = 2;

/**
 * Empties the WAL while nothing else waits for it, so that commits rarely have to, and removes archived transcripts that
 * are past their time. Returns what stops it.
 */
export function startHousekeeping(deps: {
  readonly database: Database;
  readonly logs: LogTable;
  readonly clock: Clock;
  readonly logger: Logger;
}): () => void {
  const { database, logs, clock, logger } = deps;
  let seenCommits = 0;

  const tidy = (): void => {
    const commits = database.commits();
    if (commits === seenCommits) return;
    database.transaction(() => logs.removeArchived(clock.now() - ARCHIVE_RETENTION_MS, REMOVED_AT_ONCE));
    database.rows('pragma wal_checkpoint(passive)');
    seenCommits = database.commits();
  };
  const round = (): void => {
    try {
      tidy();
    } catch (error) {
      logger.warn('the database could not be tidied up; it will be tried again', { error });
    }
    cancel = clock.after(ROUND_MS, round);
  };

  let cancel = clock.after(ROUND_MS, round);
  return () => cancel();
}
