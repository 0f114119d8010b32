import type { Database } from '../database/database.ts';
import type { TranscriptRepository } from '../transcript.ts';
import { walkBranch } from './branch.ts';
import { edgesOfLines, type TranscriptEdges } from './edges.ts';
import type { EntryTable } from './entry-table.ts';
import type { LogArchive } from './log-archive.ts';
import type { LogTable } from './log-table.ts';

/** Entries of a branch when the caller names no limit. */
const BRANCH_LIMIT = 20_000;
/** Entries looked at from each end of a log for its edges. */
const EDGE_ENTRIES = 32;

export interface TranscriptRepositoryDeps {
  readonly database: Database;
  readonly logs: LogTable;
  readonly entries: EntryTable;
  readonly archive: LogArchive;
  /** Resolves when the session's transcript stands in the log, importing it first if needed. */
  readonly ready: (sessionId: string) => Promise<void>;
  /** Edges from a file that was not imported; undefined when the log is the place to look. */
  readonly edgesOfFile: (sessionId: string) => Promise<TranscriptEdges | undefined>;
}

export function createTranscripts(deps: TranscriptRepositoryDeps): TranscriptRepository {
  const { database, logs, entries, archive, ready } = deps;
  /** Reads never create a log. */
  const logOf = async (sessionId: string) => {
    await ready(sessionId);
    return logs.find(sessionId);
  };

  return {
    async branch(sessionId, limit = BRANCH_LIMIT) {
      const log = await logOf(sessionId);
      if (log === undefined) return [];
      return (await walkBranch(entries, log.id, Math.min(limit, BRANCH_LIMIT), () => true)).reverse();
    },
    async tail(sessionId, limit) {
      const log = await logOf(sessionId);
      if (log === undefined) return [];
      const messages = await walkBranch(
        entries,
        log.id,
        Math.min(limit, BRANCH_LIMIT),
        (row) => row.type === 'message',
      );
      return messages.reverse();
    },
    async edges(sessionId) {
      const fromFile = await deps.edgesOfFile(sessionId);
      if (fromFile !== undefined) return fromFile;
      const log = logs.find(sessionId);
      if (log === undefined) return {};
      return edgesOfLines(
        entries.after(log.id, 0, EDGE_ENTRIES).map(({ line }) => line),
        entries.before(log.id, Number.MAX_SAFE_INTEGER, EDGE_ENTRIES).map(({ line }) => line),
      );
    },
    async append(sessionId, added) {
      await ready(sessionId);
      return database.transaction(() => entries.append(logs.obtain(sessionId).id, added));
    },
    async fork(sessionId, parent) {
      const from = await logOf(parent.sessionId);
      if (from === undefined) return false;
      const branch = (await walkBranch(entries, from.id, BRANCH_LIMIT, () => true)).reverse();
      await ready(sessionId);
      return database.transaction(() => {
        const log = logs.obtain(sessionId);
        if (branch.length === 0 || entries.count(log.id) > 0) return false;
        const file = parent.file ?? from.file;
        if (file !== undefined) logs.setParent(log.id, file);
        entries.copy(log.id, branch);
        return true;
      });
    },
    async truncate(sessionId, keepLast) {
      await ready(sessionId);
      return database.transaction(() => {
        const log = logs.find(sessionId);
        const count = log === undefined ? 0 : entries.count(log.id);
        if (log === undefined || (count === 0 && log.file === undefined)) return undefined;
        const lines = count + (log.hasHeader && count + log.fileBytes > 0 ? 1 : 0);
        if (lines <= keepLast) return { kept: lines, removed: 0 };
        const kept = Math.min(keepLast, count);
        const firstKept = entries.before(log.id, Number.MAX_SAFE_INTEGER, kept).at(-1);
        archive.cut(log, firstKept === undefined ? entries.lastSeq(log.id) : firstKept.seq - 1);
        return { kept, removed: lines - kept };
      });
    },
    async archives(sessionId) {
      return logs.archiveFiles(sessionId);
    },
  };
}
