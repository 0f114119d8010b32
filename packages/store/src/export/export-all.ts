import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { numeric, type Row, text } from '../database/columns.ts';
import type { Database } from '../database/database.ts';
import { fileFacts } from '../import/find-session-files.ts';
import { replaceFile } from '../mirror/private-file.ts';
import { writeSessionPages } from '../mirror/sessions-text.ts';
import { writeTranscript } from '../mirror/transcript-text.ts';
import { createSessionPaths, transcriptFile } from '../sessions/session-paths.ts';
import { sessionRow } from '../sessions/session-table.ts';
import type { SessionEntry } from '../sessions.ts';
import type { Progress, StatePasses } from '../state-passes.ts';
import type { EntryTable } from '../transcript/entry-table.ts';
import { archiveName } from '../transcript/log-archive.ts';
import type { LogRow, LogTable } from '../transcript/log-table.ts';

const PAGE_ROWS = 100;
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

export interface ExportAllDeps {
  readonly database: Database;
  readonly logs: LogTable;
  readonly entries: EntryTable;
  readonly sessionsReady: () => Promise<void>;
  readonly transcriptReady: (sessionId: string) => Promise<void>;
  readonly workspaceDir: (agentId: string) => string;
  readonly agentOf: (file: string) => string;
}

/** Writes what the database holds as the original keeps it: transcripts first, then the `sessions.json` that names them. */
export function createExportAll(deps: ExportAllDeps): StatePasses['exportAll'] {
  const { database, logs, entries, workspaceDir } = deps;
  const agents = database.statement((query) => query.selectFrom('sessions').select('agent_id').distinct());
  const ofAgent = database.statement<{ agentId: string; after: number; limit: number }>((query, slot) =>
    query
      .selectFrom('sessions')
      .select(['seq', 'key', 'agent_id', 'entry'])
      .where('agent_id', '=', slot('agentId'))
      .where('seq', '>', slot('after'))
      .orderBy('seq')
      .limit(slot('limit')),
  );
  const archived = database.statement<{ after: number; limit: number }>((query, slot) =>
    query
      .selectFrom('logs')
      .select(['id', 'file', 'kind', 'archived_at'])
      .where('kind', '!=', 'live')
      .where('file', 'is not', null)
      .where('id', '>', slot('after'))
      .orderBy('id')
      .limit(slot('limit')),
  );
  const total = database.statement((query) =>
    query.selectFrom('sessions').select((select) => select.fn.countAll<number>().as('total')),
  );

  const writeLog = async (log: LogRow, file: string, agentId: string): Promise<number> => {
    let lines = 0;
    await replaceFile(file, async (handle) => {
      lines = (await writeTranscript(handle, log, entries, workspaceDir(agentId))).count;
    });
    return lines;
  };

  const exportAgent = async (agentId: string, sessionsFile: string, count: Counts, step: () => void): Promise<void> => {
    const written = new Map<string, string>();
    for (const row of pagesOf((after) => ofAgent.all({ agentId, after, limit: PAGE_ROWS }), 'seq')) {
      const { entry } = sessionRow(row);
      const file = transcriptFile(sessionsFile, entry);
      await deps.transcriptReady(entry.sessionId);
      const log = logs.find(entry.sessionId);
      if (file !== undefined && log?.kind === 'live' && entries.lastSeq(log.id) > 0 && !written.has(entry.sessionId)) {
        count.entries += await writeLog(log, file, agentId);
        count.transcripts += 1;
        written.set(entry.sessionId, file);
      }
      step();
    }
    const pages = pageReader((after) => ofAgent.all({ agentId, after, limit: PAGE_ROWS }), 'seq');
    await replaceFile(sessionsFile, async (handle) => {
      count.sessions += await writeSessionPages(handle, () =>
        pages().map((row) => {
          const { key, entry } = sessionRow(row);
          return [key, withTranscript(entry, written.get(entry.sessionId))];
        }),
      );
    });
  };

  const exportArchives = async (sessionsFile: (agentId: string) => string): Promise<number> => {
    let count = 0;
    for (const row of pagesOf((after) => archived.all({ after, limit: PAGE_ROWS }), 'id')) {
      const log = logs.byId(numeric(row, 'id'));
      if (log?.file === undefined || log.kind === 'live') continue;
      const agentId = deps.agentOf(log.file);
      const name = archiveName(basename(log.file), log.kind, numeric(row, 'archived_at'));
      const to = join(dirname(sessionsFile(agentId)), basename(log.archiveFile ?? name));
      if (entries.lastSeq(log.id) > 0) await writeLog(log, to, agentId);
      // One that was put away before anybody read it is in its file only.
      else if (!(await copyIfPresent(log.archiveFile ?? log.file, to))) continue;
      count += 1;
    }
    return count;
  };

  return async (toStateDir, progress: Progress = () => {}) => {
    await deps.sessionsReady();
    const { sessionsFile } = createSessionPaths(toStateDir, undefined);
    const all = Number(total.get({})?.total ?? 0);
    const count: Counts = { sessions: 0, transcripts: 0, entries: 0 };
    let done = 0;
    const step = (): void => {
      done += 1;
      progress(done, all);
    };
    for (const row of agents.all({})) {
      const agentId = text(row, 'agent_id');
      await exportAgent(agentId, sessionsFile(agentId), count, step);
    }
    return { ...count, archives: await exportArchives(sessionsFile) };
  };
}

interface Counts {
  sessions: number;
  transcripts: number;
  entries: number;
}

async function copyIfPresent(from: string, to: string): Promise<boolean> {
  if ((await fileFacts(from)) === undefined) return false;
  await mkdir(dirname(to), { recursive: true, mode: PRIVATE_FOLDER });
  await copyFile(from, to);
  await chmod(to, PRIVATE_FILE);
  return true;
}

/** A path from elsewhere would lead the original back to the directory that the session came from. */
function withTranscript(entry: SessionEntry, file: string | undefined): SessionEntry {
  const { sessionFile: _, ...rest } = entry;
  return file === undefined ? rest : { ...rest, sessionFile: file };
}

/** Pages of rows behind the last one's place in `column`, until there are no more. */
function pageReader(read: (after: number) => readonly Row[], column: string): () => readonly Row[] {
  let after = 0;
  return () => {
    const rows = read(after);
    const last = rows.at(-1);
    if (last !== undefined) after = numeric(last, column);
    return rows;
  };
}

function* pagesOf(read: (after: number) => readonly Row[], column: string): Generator<Row> {
  const next = pageReader(read, column);
  for (let rows = next(); rows.length > 0; rows = next()) yield* rows;
}
