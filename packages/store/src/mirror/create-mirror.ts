import type { Clock, Logger } from '@chela/observability';
import type { ChangeListener } from '../change-feed.ts';
import { explainStorageError } from '../database/errors.ts';
import type { SessionFileTable } from '../sessions/session-file-table.ts';
import type { LogRow, LogTable } from '../transcript/log-table.ts';
import type { TranscriptWriter } from './transcript-writer.ts';

/**
 * Keeps the original's files current behind the store. What changed is noted at once and written soon after, transcripts
 * before the `sessions.json` that names them. Everything still to do also follows from the database, so that a crash
 * loses no work: `catchUp` finds it.
 */
export interface Mirror extends ChangeListener {
  /** Notes what earlier runs left unwritten. */
  catchUp(): Promise<void>;
  /** Resolves when everything noted so far is in the files; rejects with the error of the file that could not be written. */
  flushed(): Promise<void>;
  close(): Promise<void>;
}

export interface MirrorDeps {
  readonly logs: LogTable;
  readonly files: SessionFileTable;
  readonly transcripts: TranscriptWriter;
  /** Writes a `sessions.json`; resolves with its size in bytes. */
  readonly writeSessions: (file: string) => Promise<number>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** From a change to its being written: as good as at once, but changes made together are written together. */
const FLUSH_DELAY_MS = 2;
/** Rest after writing a big `sessions.json`, which is written whole each time; keeps its cost below a tenth of a core. */
const REST_MS_PER_MIB = 400;
const REST_MAX_MS = 5_000;
const MIB = 1024 * 1024;
const RETRY_DELAY_MS = 2_000;
const ARCHIVES_AT_ONCE = 100;
/** Logs looked at before the loop gets its turn. */
const LOGS_AT_ONCE = 500;

/** The mirror while it is switched off. */
export const silentMirror: Mirror = {
  logChanged: () => {},
  sessionChanged: () => {},
  catchUp: async () => {},
  flushed: async () => {},
  close: async () => {},
};

export function createMirror(deps: MirrorDeps): Mirror {
  const { logs, files, transcripts, clock, logger } = deps;
  const dirtyLogs = new Set<number>();
  const dirtyFiles = new Set<string>();
  let delayMs = FLUSH_DELAY_MS;
  let cancelTimer: (() => void) | undefined;
  let flushing: Promise<void> | undefined;
  let closed = false;

  const isDirty = (): boolean => dirtyLogs.size > 0 || dirtyFiles.size > 0;

  const schedule = (): void => {
    if (closed || cancelTimer !== undefined || flushing !== undefined) return;
    cancelTimer = clock.after(delayMs, () => {
      cancelTimer = undefined;
      // A failure is logged where it happens, stays noted and is tried again.
      flush().catch(() => {});
    });
  };

  const flush = (): Promise<void> => {
    flushing ??= round().finally(() => {
      flushing = undefined;
      if (isDirty()) schedule();
    });
    return flushing;
  };

  /** Writes what is noted now. What fails is noted again; the first failure is thrown at the end. */
  const round = async (): Promise<void> => {
    let bytes = 0;
    const failures: unknown[] = [];
    const attempt = async (what: string, work: () => Promise<void>, again: () => void): Promise<void> => {
      try {
        await work();
      } catch (error) {
        again();
        failures.push(explainStorageError(error, what));
        logger.warn('a mirrored file could not be written; it will be tried again', { file: what, error });
      }
    };
    for (const log of logs.pendingArchives(ARCHIVES_AT_ONCE)) {
      const again = (): void => void dirtyLogs.add(log.id);
      await attempt(log.archiveFile ?? log.sessionId, () => moveAway(log), again);
    }
    for (const logId of take(dirtyLogs)) {
      await attempt(
        `log ${logId}`,
        () => writeLog(logId),
        () => void dirtyLogs.add(logId),
      );
    }
    for (const file of take(dirtyFiles)) {
      const write = async (): Promise<void> => {
        bytes += await deps.writeSessions(file);
      };
      await attempt(file, write, () => void dirtyFiles.add(file));
    }
    const restMs = Math.max(FLUSH_DELAY_MS, Math.min((bytes / MIB) * REST_MS_PER_MIB, REST_MAX_MS));
    delayMs = failures.length > 0 ? RETRY_DELAY_MS : restMs;
    if (failures.length > 0) throw failures[0];
  };

  const moveAway = async (log: LogRow): Promise<void> => {
    await transcripts.archive(log);
    // What a truncation left in the log is written anew.
    if (log.kind === 'bak') noteLogOf(log.sessionId);
  };

  const writeLog = async (logId: number): Promise<void> => {
    const session = await transcripts.write(logId);
    if (session !== undefined) dirtyFiles.add(session.file);
  };

  const noteLogOf = (sessionId: string): void => {
    const log = logs.find(sessionId);
    if (log?.kind === 'live') dirtyLogs.add(log.id);
  };

  const flushed = async (): Promise<void> => {
    // What was noted before this call is in the round after the running one, or in that one already.
    await flushing?.catch(() => {});
    if (!isDirty()) return;
    cancelTimer?.();
    cancelTimer = undefined;
    await flush();
  };

  return {
    logChanged(logId) {
      dirtyLogs.add(logId);
      schedule();
    },
    sessionChanged({ file, sessionId }) {
      dirtyFiles.add(file);
      // A log that was written to before its session existed has no file yet.
      noteLogOf(sessionId);
      schedule();
    },
    async catchUp() {
      for (const log of logs.pendingArchives(ARCHIVES_AT_ONCE)) dirtyLogs.add(log.id);
      for (const file of files.behind()) dirtyFiles.add(file);
      let after: number | undefined = 0;
      while (after !== undefined && !closed) {
        const { logIds, lastId } = logs.behind(after, LOGS_AT_ONCE);
        for (const logId of logIds) dirtyLogs.add(logId);
        after = lastId;
        await new Promise((resume) => setImmediate(resume));
      }
      if (isDirty()) schedule();
    },
    flushed,
    async close() {
      closed = true;
      // A failure is logged already; the next start finds the rest in the database.
      await flushed().catch(() => {});
      cancelTimer?.();
    },
  };
}

function take<T>(noted: Set<T>): readonly T[] {
  const taken = [...noted];
  noted.clear();
  return taken;
}
