import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { isRecord } from '../database/columns.ts';
import { openDatabase } from '../database/database.ts';
import { createSessionFileTable } from '../sessions/session-file-table.ts';
import { createSessionTable } from '../sessions/session-table.ts';
import { createLogTable } from '../transcript/log-table.ts';
import type { SessionFileOnDisk } from './find-session-files.ts';
import { importSessions } from './import-sessions.ts';
import type { SessionImportJob } from './session-worker-client.ts';
import { readSessionsFile } from './sessions-file.ts';

/**
 * Worker: reads one big `sessions.json` and writes its rows through a connection of its own, a batch at a time. It sleeps
 * between batches so that the gateway's thread gets the write lock whenever it asks.
 */

const LOCK_PAUSE_MS = 2;

const { databaseFile, source } = readJob(workerData);
const database = openDatabase(databaseFile);
try {
  const tables = {
    database,
    files: createSessionFileTable(database),
    sessions: createSessionTable(database, {
      now: Date.now,
      sessionsFile: () => source.file,
      entered: createLogTable(database, Date.now).revive,
      changed: () => {},
    }),
  };
  const { sessions, dropped } = readSessionsFile(await readFile(source.file, 'utf8'), source.agentId);
  await importSessions(tables, source, sessions, () => delay(LOCK_PAUSE_MS));
  parentPort?.postMessage(dropped);
} finally {
  database.close();
}

function readJob(data: unknown): SessionImportJob {
  if (isRecord(data) && typeof data.databaseFile === 'string' && isSource(data.source)) {
    return { databaseFile: data.databaseFile, source: data.source };
  }
  throw new TypeError('the import worker was started without a job');
}

function isSource(value: unknown): value is SessionFileOnDisk {
  return (
    isRecord(value) &&
    typeof value.file === 'string' &&
    typeof value.agentId === 'string' &&
    typeof value.size === 'number' &&
    typeof value.mtimeMs === 'number'
  );
}
