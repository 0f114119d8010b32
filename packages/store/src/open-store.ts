import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from './database/columns.ts';
import { type Database, openDatabase } from './database/database.ts';
import { explainStorageError } from './database/errors.ts';
import { migrate } from './database/migrate.ts';
import { takeOwnership } from './database/owner.ts';
import { createSessionImport } from './import/session-import.ts';
import { createTranscriptImport } from './import/transcript-import.ts';
import { createLedger } from './ledger/create-ledger.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { createSessions } from './sessions/create-sessions.ts';
import { createSessionFileTable } from './sessions/session-file-table.ts';
import { createSessionPaths } from './sessions/session-paths.ts';
import { createSessionTable } from './sessions/session-table.ts';
import type { Store, StoreOptions } from './store.ts';
import { createTranscripts } from './transcript/create-transcripts.ts';
import { createEntryTable } from './transcript/entry-table.ts';
import { createLogArchive } from './transcript/log-archive.ts';
import { createLogTable } from './transcript/log-table.ts';

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

/**
 * Opens the store of a state directory and takes ownership of it. Resolves as soon as the schema is there; sessions on
 * disk are imported behind it, and whoever asks for sessions waits for that. Throws StoreLockedError while another live
 * process has the directory, StoreUnreadableError for a damaged or newer database, StoreFullError without disk space.
 */
export async function createStore(options: StoreOptions): Promise<Store> {
  const { clock, logger } = options;
  const now = (): number => clock.now();
  const database = openDatabase(await privateDatabaseFile(options.stateDir));
  try {
    const ownership = await takeOwnership(database, now);
    await migrate(database, MIGRATIONS, now);
    return assemble();

    function assemble(): Store {
      const changedLog = (): void => {};
      const logs = createLogTable(database, now);
      const entries = createEntryTable(database, { now, changed: changedLog });
      const archive = createLogArchive({ logs, entries, mirror: options.mirror, now, changed: changedLog });
      const paths = createSessionPaths(options.stateDir, options.sessionStorePath);
      const table = createSessionTable(database, { now, sessionsFile: paths.sessionsFile, changed: () => {} });
      const files = createSessionFileTable(database);
      const sessionImport = createSessionImport({ database, sessions: table, files, paths, clock, logger });
      const sessionsReady = sessionImport.ready;
      const transcriptImport = createTranscriptImport({
        database,
        logs,
        entries,
        sessions: table,
        sessionsReady,
        logger,
      });
      const { ready: transcriptReady, edges: edgesOfFile } = transcriptImport;
      return {
        ledger: createLedger({
          database,
          generation: ownership.generation,
          logs,
          entries,
          sessions: table,
          transcriptReady,
          sessionsReady,
          now,
        }),
        sessions: createSessions({ database, table, archive, ready: sessionsReady }),
        transcripts: createTranscripts({ database, logs, entries, archive, ready: transcriptReady, edgesOfFile }),
        mirrored: async () => {},
        integrity: async () => integrityOf(database),
        async close() {
          await sessionImport.close();
          ownership.release();
          database.close();
        },
      };
    }
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Creates `<stateDir>/chela/chela.sqlite` for its owner only; SQLite gives its side files the same mode. */
async function privateDatabaseFile(stateDir: string): Promise<string> {
  const folder = join(stateDir, 'chela');
  const file = join(folder, 'chela.sqlite');
  try {
    await mkdir(stateDir, { recursive: true, mode: PRIVATE_FOLDER });
    await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
    const handle = await open(file, 'a', PRIVATE_FILE);
    await handle.chmod(PRIVATE_FILE);
    await handle.close();
    return file;
  } catch (error) {
    throw explainStorageError(error, file);
  }
}

function integrityOf(database: Database): readonly string[] {
  const findings = database.rows('pragma integrity_check').map((row) => text(row, 'integrity_check'));
  return findings.length === 1 && findings[0] === 'ok' ? [] : findings;
}
