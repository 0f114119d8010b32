import { transcriptFile } from '../sessions/session-paths.ts';
import type { SessionEntry } from '../sessions.ts';
import type { EntryTable } from './entry-table.ts';
import type { ArchivedKind, LogRow, LogTable } from './log-table.ts';

/**
 * Puts logs away. An archived log keeps its entries; with the mirror on, its file is moved to the name that the original
 * gives it (reference agent/sessions.md §4). The name is fixed here, so that callers can tell it at once.
 */
export interface LogArchive {
  /** Archives the log of a session that was reset or deleted. Inside the caller's transaction. */
  session(session: { readonly file: string; readonly entry: SessionEntry }, kind: 'reset' | 'deleted'): void;
  /** Moves everything up to `throughSeq` from a live log to an archived one; the header goes too. Inside the caller's transaction. */
  cut(log: LogRow, throughSeq: number): void;
}

export interface LogArchiveDeps {
  readonly logs: LogTable;
  readonly entries: EntryTable;
  readonly mirror: boolean;
  readonly now: () => number;
  readonly changed: (logId: number) => void;
}

export function createLogArchive({ logs, entries, mirror, now, changed }: LogArchiveDeps): LogArchive {
  const archiveFile = (file: string | undefined, kind: ArchivedKind): string | undefined =>
    mirror && file !== undefined ? archiveName(file, kind, now()) : undefined;

  return {
    session(session, kind) {
      const { sessionId } = session.entry;
      const found = logs.find(sessionId);
      if (found !== undefined && found.kind !== 'live') return;
      // A log that was never imported has no row yet, but its file still has to be put away.
      const log = found ?? logs.create(sessionId);
      const file = log.file ?? transcriptFile(session.file, session.entry);
      if (file !== undefined) logs.setFile(log.id, { file, fileBytes: log.fileBytes, fileSeq: log.fileSeq });
      logs.archive(log.id, kind, archiveFile(file, kind));
      changed(log.id);
    },
    cut(log, throughSeq) {
      const cutOff = logs.create(log.sessionId, 'bak');
      entries.move(log.id, cutOff.id, throughSeq);
      if (log.file !== undefined) logs.setFile(cutOff.id, { file: log.file, fileBytes: 0, fileSeq: 0 });
      logs.archive(cutOff.id, 'bak', archiveFile(log.file, 'bak'));
      logs.setHeader(log.id, false);
      changed(cutOff.id);
      changed(log.id);
    },
  };
}

/** `<file>.reset.2026-11-22T17-43-39.732Z` and its kin. */
export function archiveName(file: string, kind: ArchivedKind, at: number): string {
  return `${file}.${kind}.${new Date(at).toISOString().replaceAll(':', '-')}`;
}
