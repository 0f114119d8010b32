import type { Database } from '../database/database.ts';
import { readLines } from '../import/file-lines.ts';
import { fileFacts } from '../import/find-session-files.ts';
import { transcriptFile } from '../sessions/session-paths.ts';
import type { SessionTable, StoredSession } from '../sessions/session-table.ts';
import type { EntryTable } from '../transcript/entry-table.ts';
import { readFileLine } from '../transcript/file-line.ts';
import { COMPARE_BY_ID, type LogRow, type LogTable } from '../transcript/log-table.ts';
import { appendLines, moveFile, replaceFile } from './private-file.ts';
import { BATCH_ENTRIES, writeTranscript } from './transcript-text.ts';

export interface TranscriptWriterDeps {
  readonly database: Database;
  readonly logs: LogTable;
  readonly entries: EntryTable;
  readonly sessions: SessionTable;
  readonly workspaceDir: (agentId: string) => string;
  readonly agentOf: (file: string) => string;
  /** Takes in what somebody else added to a log's file. */
  readonly refresh: (log: LogRow, file: string) => Promise<void>;
}

export interface TranscriptWriter {
  /** Brings the file of a live log up to date; returns the session whose `sessionFile` became known, if any. */
  write(logId: number): Promise<StoredSession | undefined>;
  /** Writes what an archived log's file still lacks and moves it to its archive name. */
  archive(log: LogRow): Promise<void>;
}

/** Writes JSONL transcripts from logs (reference agent/sessions.md §4): append only, except after a truncation. */
export function createTranscriptWriter(deps: TranscriptWriterDeps): TranscriptWriter {
  const { database, logs, entries, sessions } = deps;

  const writeNew = async (log: LogRow, file: string, agentId: string): Promise<void> => {
    let last = 0;
    const { size } = await replaceFile(file, async (handle) => {
      last = (await writeTranscript(handle, log, entries, deps.workspaceDir(agentId))).lastSeq;
    });
    database.transaction(() => logs.setFile(log.id, { file, fileBytes: size, fileSeq: last }));
  };

  const appendNew = async (log: LogRow, file: string): Promise<void> => {
    const inFile = log.fileSeq === COMPARE_BY_ID ? await idsInFile(file) : undefined;
    let last = Math.max(log.fileSeq, 0);
    for (;;) {
      const rows = entries.after(log.id, last, BATCH_ENTRIES);
      const lines = rows.filter(({ id }) => inFile?.has(id) !== true).map(({ line }) => line);
      const fileBytes = lines.length === 0 ? log.fileBytes : await appendLines(file, `${lines.join('\n')}\n`);
      last = rows.at(-1)?.seq ?? last;
      const isLast = rows.length < BATCH_ENTRIES;
      // Half-way through a comparison only its end makes the sequence trustworthy again.
      const fileSeq = inFile === undefined || isLast ? last : COMPARE_BY_ID;
      if (rows.length > 0 || isLast) database.transaction(() => logs.setFile(log.id, { file, fileBytes, fileSeq }));
      if (isLast) return;
    }
  };

  /** Brings `file` up to date with the log; false when there is nothing to write yet. */
  const update = async (log: LogRow, file: string, agentId: string): Promise<boolean> => {
    const facts = await fileFacts(file);
    // An empty file has no header yet either.
    if (facts === undefined || facts.size === 0) {
      if (entries.lastSeq(log.id) === 0) return false;
      // The original writes nothing before the first answer, so that an abandoned session leaves no file.
      if (log.hasHeader && !entries.hasAssistantMessage(log.id)) return false;
      await writeNew(log, file, agentId);
      return true;
    }
    if (facts.size !== log.fileBytes) await deps.refresh(log, file);
    const current = logs.byId(log.id);
    if (current === undefined) return false;
    if (current.fileSeq !== entries.lastSeq(log.id)) await appendNew(current, file);
    return true;
  };

  return {
    async write(logId) {
      const log = logs.byId(logId);
      if (log === undefined || log.kind !== 'live') return undefined;
      const session = sessions.bySessionId(log.sessionId);
      if (session === undefined) return undefined;
      const file = log.file ?? transcriptFile(session.file, session.entry);
      if (file === undefined) return undefined;
      const exists = await update(log, file, session.agentId);
      return exists && log.file === undefined ? session : undefined;
    },
    async archive(log) {
      const { file, archiveFile } = log;
      if (file === undefined || archiveFile === undefined) {
        database.transaction(() => logs.archiveDone(log.id, false));
        return;
      }
      // A cut-off part was in the file all along; a whole log may still have to write its last entries.
      const unwritten = log.fileSeq === COMPARE_BY_ID || entries.lastSeq(log.id) > log.fileSeq;
      if (log.kind !== 'bak' && unwritten) await update(log, file, deps.agentOf(file));
      const moved = await moveFile(file, archiveFile);
      database.transaction(() => {
        logs.archiveDone(log.id, moved);
        const live = log.kind === 'bak' ? logs.find(log.sessionId) : undefined;
        // What the truncation left is written anew.
        if (live?.kind === 'live') logs.setFile(live.id, { file, fileBytes: 0, fileSeq: 0 });
      });
    },
  };
}

async function idsInFile(file: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const { lines } of readLines(file, 0)) {
    for (const line of lines) ids.add(readFileLine(line, null).links.id);
  }
  return ids;
}
