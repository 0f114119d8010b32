import type { Logger } from '@chela/observability';
import { isRecord } from '../database/columns.ts';
import type { Database } from '../database/database.ts';
import { transcriptFile } from '../sessions/session-paths.ts';
import type { SessionTable } from '../sessions/session-table.ts';
import { edgesOfLines, type TranscriptEdges } from '../transcript/edges.ts';
import { parseLine } from '../transcript/entry.ts';
import type { EntryTable } from '../transcript/entry-table.ts';
import { readFileLine, UNREADABLE } from '../transcript/file-line.ts';
import { COMPARE_BY_ID, type LogRow, type LogTable } from '../transcript/log-table.ts';
import { type LineChunk, readEnds, readLines } from './file-lines.ts';
import { fileFacts } from './find-session-files.ts';

/** Sessions remembered as looked at; an older one is looked at again, which costs one `stat`. */
const CHECKED_LIMIT = 5_000;
/** Read from each end of a file for its edges; a first message longer than this has no title. */
const EDGE_BYTES = 64 * 1024;

export interface TranscriptImport {
  /** Resolves when what the session's JSONL file holds stands in the log. The file is looked at once a process. */
  ready(sessionId: string): Promise<void>;
  /** Takes up what was added to a log's file since it was last read or written. */
  refresh(log: LogRow, file: string): Promise<void>;
  /** Edges of a session whose file was not imported yet, from the file's ends; undefined when the log is the place to look. */
  edges(sessionId: string): Promise<TranscriptEdges | undefined>;
}

export interface TranscriptImportDeps {
  readonly database: Database;
  readonly logs: LogTable;
  readonly entries: EntryTable;
  readonly sessions: SessionTable;
  /** Resolves when the sessions on disk are imported. */
  readonly sessionsReady: () => Promise<void>;
  readonly logger: Logger;
}

export function createTranscriptImport(deps: TranscriptImportDeps): TranscriptImport {
  const { logs, sessions, logger } = deps;
  const settled = Promise.resolve();
  const checked = new Set<string>();
  const running = new Map<string, Promise<void>>();

  const fileOf = (sessionId: string): string | undefined => {
    const session = sessions.bySessionId(sessionId);
    return session === undefined ? undefined : transcriptFile(session.file, session.entry);
  };

  const check = async (sessionId: string): Promise<void> => {
    await deps.sessionsReady();
    const found = logs.find(sessionId);
    if (found !== undefined && found.kind !== 'live') return;
    const file = found?.file ?? fileOf(sessionId);
    const facts = file === undefined ? undefined : await fileFacts(file);
    if (file === undefined || facts === undefined) return;
    const log = found ?? deps.database.transaction(() => logs.create(sessionId));
    if (facts.size !== log.fileBytes) await importLines(deps, log, file, facts.size);
    else if (log.file === undefined) rememberEmptyFile(log, file);
  };

  const rememberEmptyFile = (log: LogRow, file: string): void =>
    deps.database.transaction(() => logs.setFile(log.id, { file, fileBytes: 0, fileSeq: log.fileSeq }));

  const remember = (sessionId: string): void => {
    checked.add(sessionId);
    if (checked.size <= CHECKED_LIMIT) return;
    for (const oldest of checked) {
      checked.delete(oldest);
      return;
    }
  };

  const start = async (sessionId: string): Promise<void> => {
    try {
      await check(sessionId);
      remember(sessionId);
    } finally {
      running.delete(sessionId);
    }
  };

  return {
    ready(sessionId) {
      if (checked.has(sessionId)) return settled;
      const inFlight = running.get(sessionId) ?? start(sessionId);
      running.set(sessionId, inFlight);
      return inFlight;
    },
    async refresh(log, file) {
      const facts = await fileFacts(file);
      if (facts !== undefined && facts.size !== log.fileBytes) await importLines(deps, log, file, facts.size);
    },
    async edges(sessionId) {
      if (checked.has(sessionId)) return undefined;
      await deps.sessionsReady();
      if (logs.find(sessionId) !== undefined) return undefined;
      const file = fileOf(sessionId);
      if (file === undefined || (await fileFacts(file)) === undefined) return undefined;
      const { head, tail } = await readEnds(file, EDGE_BYTES);
      logger.debug('transcript edges read from the file', { file });
      return edgesOfLines(head.split('\n'), tail.split('\n').reverse());
    },
  };
}

/**
 * Takes a file's lines into a log, each chunk in one transaction together with how far it got, so that a crash goes on
 * from there. A file that became shorter was rewritten: all of it is read, and known ids are passed over.
 */
async function importLines(deps: TranscriptImportDeps, log: LogRow, file: string, size: number): Promise<void> {
  const { database, logs, entries, logger } = deps;
  const start = size > log.fileBytes ? log.fileBytes : 0;
  // Entries that are not in the file yet: the order in the log says nothing about the file any more.
  let mixed = log.fileSeq === COMPARE_BY_ID || entries.lastSeq(log.id) > log.fileSeq;
  let previousId = start === 0 ? null : entries.leafId(log.id);
  let unreadable = 0;
  let tooLong = 0;
  const takeChunk = (chunk: LineChunk, isFirst: boolean): void => {
    for (const [index, line] of chunk.lines.entries()) {
      if (isHeader(line)) {
        if (isFirst && index === 0 && start === 0) logs.setHeader(log.id, true);
        continue;
      }
      const { links, line: kept } = readFileLine(line, previousId);
      if (links.type === UNREADABLE) unreadable += 1;
      else previousId = links.id;
      if (entries.adopt(log.id, links, kept) === undefined) mixed = true;
    }
    tooLong += chunk.tooLong;
    logs.setFile(log.id, {
      file,
      fileBytes: chunk.end,
      fileSeq: mixed ? COMPARE_BY_ID : entries.lastSeq(log.id),
    });
  };
  let isFirst = true;
  for await (const chunk of readLines(file, start)) {
    const first = isFirst;
    database.transaction(() => {
      if (first && start === 0) logs.setHeader(log.id, false);
      takeChunk(chunk, first);
    });
    isFirst = false;
  }
  if (unreadable > 0)
    logger.warn('lines of a transcript could not be read; they are kept but not shown', { file, unreadable });
  if (tooLong > 0) logger.warn('lines of a transcript are too long and were left out', { file, tooLong });
}

function isHeader(line: string): boolean {
  if (!line.includes('"session"')) return false;
  const value = parseLine(line);
  return isRecord(value) && value.type === 'session';
}
