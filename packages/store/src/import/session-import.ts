import { readFile } from 'node:fs/promises';
import type { Clock, Logger } from '@chela/observability';
import type { SessionPaths } from '../sessions/session-paths.ts';
import { fileFacts, findSessionFiles, type SessionFileOnDisk } from './find-session-files.ts';
import { importSessions, type SessionImportTables } from './import-sessions.ts';
import { readSessionsFile } from './sessions-file.ts';

/** Above this a file is parsed in a worker; below it parsing costs about a millisecond. */
const INLINE_LIMIT_BYTES = 256 * 1024;
/** How often the files may be looked at for changes from outside. */
const RECHECK_MS = 2_000;

export interface SessionImport {
  /** Resolves when every `sessions.json` on disk is imported, looking for changes at most every two seconds. */
  ready(): Promise<void>;
  /** Imports one file now if it changed since it was last read or written. */
  refresh(file: string): Promise<void>;
  close(): Promise<void>;
}

export interface SessionImportDeps extends SessionImportTables {
  readonly paths: SessionPaths;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Imports on the first call of `ready` and again when a file changes underneath. A file that cannot be read is reported once and left. */
export function createSessionImport(deps: SessionImportDeps): SessionImport {
  const { database, files, paths, clock, logger } = deps;
  const settled = Promise.resolve();
  /** Size and time of files that could not be read, so that each is reported once. */
  const unreadable = new Map<string, string>();
  const stop = new AbortController();
  let pending: Promise<void> | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;

  const importFile = async (found: SessionFileOnDisk): Promise<void> => {
    const known = files.find(found.file);
    if (known !== undefined && known.size === found.size && known.mtimeMs === found.mtimeMs) return;
    const look = `${found.size}:${found.mtimeMs}`;
    if (unreadable.get(found.file) === look) return;
    try {
      const dropped = found.size > INLINE_LIMIT_BYTES ? await inWorker(found) : await inline(found);
      unreadable.delete(found.file);
      logger.debug('sessions imported', { file: found.file, dropped });
    } catch (error) {
      if (stop.signal.aborted) return;
      unreadable.set(found.file, look);
      logger.warn('sessions could not be imported; the file is left as it is', { file: found.file, error });
    }
  };
  const inline = async (found: SessionFileOnDisk): Promise<number> => {
    const { sessions, dropped } = readSessionsFile(await readFile(found.file, 'utf8'), found.agentId);
    await importSessions(deps, found, sessions, () => new Promise((resume) => setImmediate(resume)));
    return dropped;
  };
  const inWorker = async (found: SessionFileOnDisk): Promise<number> => {
    // Threads cost milliseconds to load, and most starts need none.
    const { importInWorker } = await import('./session-worker-client.ts');
    return importInWorker({ databaseFile: database.file, source: found }, stop.signal);
  };

  const check = async (): Promise<void> => {
    try {
      for (const found of await findSessionFiles(paths)) {
        if (!stop.signal.aborted) await importFile(found);
      }
    } catch (error) {
      logger.warn('the sessions on disk could not be looked at', { error });
    } finally {
      checkedAt = clock.now();
      pending = undefined;
    }
  };

  return {
    ready() {
      if (pending !== undefined) return pending;
      if (stop.signal.aborted || clock.now() - checkedAt < RECHECK_MS) return settled;
      pending = check();
      return pending;
    },
    async refresh(file) {
      await pending;
      const facts = await fileFacts(file);
      if (facts !== undefined) await importFile({ file, agentId: paths.agentOf(file), ...facts });
    },
    async close() {
      stop.abort();
      await pending;
    },
  };
}
