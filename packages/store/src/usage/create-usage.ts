import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock, Logger } from '@chela/observability';
import { isRecord } from '../database/columns.ts';
import type { Database } from '../database/database.ts';
import { readLines } from '../import/file-lines.ts';
import { type SessionPaths, transcriptFile } from '../sessions/session-paths.ts';
import type { SessionTable, StoredSession } from '../sessions/session-table.ts';
import { isTranscriptEntry, parseLine } from '../transcript/entry.ts';
import type { LogTable } from '../transcript/log-table.ts';
import type { TranscriptMessage } from '../transcript.ts';
import type { SummedTranscript, UsageRepository } from '../usage.ts';
import { sumFiles } from './sum-files.ts';
import { createLogSummer } from './sum-log.ts';
import { createUsageTable, type SummedRow } from './usage-table.ts';

/** How often the files on disk are looked at. */
const FILES_EVERY_MS = 30_000;
const PATIENCE_MS = 5_000;
/** Sums of transcripts without activity for this long are forgotten. */
const RETENTION_MS = 3 * 365 * 24 * 60 * 60 * 1000;
/** Transcripts forgotten in one look. */
const FORGOTTEN_AT_ONCE = 50;

export interface OwnedUsage extends UsageRepository {
  /** Ends the look that is under way. */
  close(): Promise<void>;
}

export interface UsageDeps {
  readonly database: Database;
  readonly logs: LogTable;
  readonly sessions: SessionTable;
  readonly paths: SessionPaths;
  /** Resolves when the sessions on disk are imported. */
  readonly sessionsReady: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createUsage(deps: UsageDeps): OwnedUsage {
  const { database, logs, sessions, paths, clock, logger } = deps;
  const table = createUsageTable(database);
  const inLog = (sessionId: string): boolean => logs.find(sessionId) !== undefined;
  const agentOf = (sessionId: string): string =>
    sessions.bySessionId(sessionId)?.agentId ?? table.transcript(sessionId)?.agentId ?? '';
  const sumLog = createLogSummer({ database, table, agentOf });
  const stop = new AbortController();
  let pending: Promise<void> | undefined;
  let filesAt = Number.NEGATIVE_INFINITY;

  const look = async (): Promise<void> => {
    try {
      await deps.sessionsReady();
      while (sumLog()) await nextTurn();
      const now = clock.now();
      if (now - filesAt < FILES_EVERY_MS) return;
      const oldestMs = now - RETENTION_MS;
      database.transaction(() => table.forget(oldestMs, FORGOTTEN_AT_ONCE));
      await sumFiles({ database, table, paths, inLog, oldestMs, logger, signal: stop.signal });
      filesAt = clock.now();
    } catch (error) {
      if (!stop.signal.aborted) logger.warn('usage could not be brought up to date', { error });
    } finally {
      pending = undefined;
    }
  };

  const withSession = (row: SummedRow, session: StoredSession | undefined): SummedTranscript => ({
    sessionId: row.sessionId,
    agentId: session?.agentId ?? row.agentId,
    lastAt: row.lastAt,
    file: row.file ?? (session && transcriptFile(session.file, session.entry)),
    session: session && { key: session.key, agentId: session.agentId, entry: session.entry },
  });

  return {
    async refresh(patienceMs = PATIENCE_MS) {
      if (stop.signal.aborted) return;
      pending ??= look();
      const patience = Promise.withResolvers<void>();
      const cancel = clock.after(patienceMs, patience.resolve);
      await Promise.race([pending, patience.promise]);
      cancel();
    },
    totals: table.totals,
    transcripts({ sinceMs, limit }) {
      const found: SummedTranscript[] = [];
      for (const row of table.newest(sinceMs)) {
        if (found.length >= limit) break;
        const session = sessions.bySessionId(row.sessionId);
        if (session !== undefined || row.file !== undefined) found.push(withSession(row, session));
      }
      return found;
    },
    find(key) {
      const session = sessions.get(key);
      if (session !== undefined) {
        const row = table.transcript(session.entry.sessionId);
        return row && withSession(row, session);
      }
      const row = table.transcript(key.slice(key.lastIndexOf(':') + 1));
      if (row?.file === undefined || key !== `agent:${row.agentId}:${row.sessionId}`) return undefined;
      return withSession(row, sessions.bySessionId(row.sessionId));
    },
    days: table.days,
    async fileMessages({ file, session }, limit) {
      if (session !== undefined || file === undefined) return undefined;
      let messages: readonly TranscriptMessage[] = [];
      for await (const { lines } of readLines(file, 0)) {
        messages = [...messages, ...lines.flatMap(messageOf)].slice(-limit);
      }
      logger.debug('messages read from a transcript without a session', { file: basename(file) });
      return messages;
    },
    async close() {
      stop.abort();
      await pending;
    },
  };
}

function messageOf(line: string): readonly TranscriptMessage[] {
  const entry = parseLine(line);
  return isRecord(entry) && isTranscriptEntry(entry) && entry.type === 'message' ? [entry.message] : [];
}
