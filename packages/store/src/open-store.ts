import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createApprovals } from './approvals/create-approvals.ts';
import { createAuditLog } from './audit/create-audit-log.ts';
import { createBudgets } from './budgets/create-budgets.ts';
import { createChangeFeed } from './change-feed.ts';
import { createChannelInbox } from './channel-inbox/create-channel-inbox.ts';
import { text } from './database/columns.ts';
import { type Database, openDatabase } from './database/database.ts';
import { explainStorageError } from './database/errors.ts';
import { migrate } from './database/migrate.ts';
import { type Ownership, takeOwnership } from './database/owner.ts';
import { createDeliveries } from './deliveries/create-deliveries.ts';
import { startHousekeeping } from './housekeeping.ts';
import { createSessionImport } from './import/session-import.ts';
import { createTranscriptImport } from './import/transcript-import.ts';
import { createLedger } from './ledger/create-ledger.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { createMirror, silentMirror } from './mirror/create-mirror.ts';
import { createSessionsWriter } from './mirror/sessions-writer.ts';
import { createTranscriptWriter } from './mirror/transcript-writer.ts';
import { createOccurrences } from './occurrences/create-occurrences.ts';
import { createSessions } from './sessions/create-sessions.ts';
import { createSessionFileTable } from './sessions/session-file-table.ts';
import { createSessionPaths } from './sessions/session-paths.ts';
import { createSessionTable } from './sessions/session-table.ts';
import type { Store, StoreOptions } from './store.ts';
import { createSubagents } from './subagents/create-subagents.ts';
import { createToolResults } from './tool-results/create-tool-results.ts';
import { createTranscripts } from './transcript/create-transcripts.ts';
import { createEntryTable } from './transcript/entry-table.ts';
import { createLogArchive } from './transcript/log-archive.ts';
import { createLogTable } from './transcript/log-table.ts';
import { createUsage } from './usage/create-usage.ts';

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

/**
 * Opens the store of a state directory and takes ownership of it. Resolves as soon as the schema is there; sessions on
 * disk are imported behind it, and whoever asks for sessions waits for that. Throws StoreLockedError while another live
 * process has the directory, StoreUnreadableError for a damaged or newer database, StoreFullError without disk space.
 */
export async function createStore(options: StoreOptions): Promise<Store> {
  const now = (): number => options.clock.now();
  const database = openDatabase(await privateDatabaseFile(options.stateDir));
  try {
    const ownership = await takeOwnership(database, now);
    await migrate(database, MIGRATIONS, now);
    return assembleStore(options, database, ownership);
  } catch (error) {
    database.close();
    throw error;
  }
}

function assembleStore(options: StoreOptions, database: Database, ownership: Ownership): Store {
  const { clock, logger } = options;
  const now = (): number => clock.now();
  const paths = createSessionPaths(options.stateDir, options.sessionStorePath);
  const { sessionsFile, agentOf } = paths;
  const changes = createChangeFeed();

  const logs = createLogTable(database, now);
  const entries = createEntryTable(database, { now, changed: changes.logChanged });
  const archive = createLogArchive({ logs, entries, mirror: options.mirror, now, changed: changes.logChanged });
  const sessions = createSessionTable(database, {
    now,
    sessionsFile,
    entered: logs.revive,
    changed: changes.sessionChanged,
  });
  const files = createSessionFileTable(database);

  const sessionImport = createSessionImport({ database, sessions, files, paths, clock, logger });
  const sessionsReady = sessionImport.ready;
  const transcriptImport = createTranscriptImport({ database, logs, entries, sessions, sessionsReady, logger });
  const transcriptReady = transcriptImport.ready;

  const mirror = options.mirror
    ? createMirror({
        logs,
        files,
        transcripts: createTranscriptWriter({
          database,
          logs,
          entries,
          sessions,
          workspaceDir: options.workspaceDir,
          agentOf,
          refresh: transcriptImport.refresh,
        }),
        writeSessions: createSessionsWriter({
          database,
          files,
          refresh: sessionImport.refresh,
          now,
          ...(options.rotateBytes && { rotateBytes: options.rotateBytes }),
        }),
        clock,
        logger,
      })
    : silentMirror;
  changes.listen(mirror);
  const usage = createUsage({ database, logs, sessions, paths, sessionsReady, clock, logger });
  const started = options.importOnDemand === true ? mirror.catchUp() : sessionsReady().then(mirror.catchUp);
  const passDeps = { database, logs, entries, sessionsReady, transcriptReady };
  const stopHousekeeping = startHousekeeping({ database, logs, clock, logger });

  return {
    ledger: createLedger({
      database,
      generation: ownership.generation,
      logs,
      entries,
      sessions,
      archive,
      transcriptReady,
      sessionsReady,
      now,
    }),
    approvals: createApprovals({ database, now }),
    budgets: createBudgets({ database, generation: ownership.generation, now }),
    deliveries: createDeliveries({ database, generation: ownership.generation, now }),
    occurrences: createOccurrences({ database, generation: ownership.generation, now }),
    audit: createAuditLog({ database, now }),
    channelInbox: createChannelInbox({ database, generation: ownership.generation, now }),
    sessions: createSessions({ database, table: sessions, archive, ready: sessionsReady }),
    transcripts: createTranscripts({
      database,
      logs,
      entries,
      archive,
      ready: transcriptReady,
      edgesOfFile: transcriptImport.edges,
    }),
    subagents: createSubagents({ database, now }),
    toolResults: createToolResults({ database, now }),
    usage,
    passes: {
      async importAll(progress) {
        const { createImportAll } = await import('./import/import-all.ts');
        return createImportAll(passDeps)(progress);
      },
      async exportAll(toStateDir, progress) {
        const { createExportAll } = await import('./export/export-all.ts');
        const { workspaceDir } = options;
        return createExportAll({ ...passDeps, workspaceDir, agentOf })(toStateDir, progress);
      },
      backUp: database.backUp,
    },
    async mirrored() {
      // What an earlier run left unwritten is noted by then.
      if (options.mirror) await started;
      await mirror.flushed();
    },
    integrity: async () => integrityOf(database),
    async close() {
      stopHousekeeping();
      await usage.close();
      await sessionImport.close();
      await started;
      await mirror.close();
      database.exec('pragma optimize');
      ownership.release();
      database.close();
    },
  };
}

/** Creates `<stateDir>/chela/chela.sqlite` for its owner only; SQLite gives its side files the same mode. */
async function privateDatabaseFile(stateDir: string): Promise<string> {
  const folder = join(stateDir, 'chela');
  const file = join(folder, 'chela.sqlite');
  try {
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
