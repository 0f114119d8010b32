import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Logger } from '@chela/observability';
import type { Database } from '../database/database.ts';
import { fileFacts, findSessionFiles } from '../import/find-session-files.ts';
import type { SessionPaths } from '../sessions/session-paths.ts';
import type { UsageTable } from './usage-table.ts';
import type { FileSums } from './usage-worker-client.ts';

/** A transcript file as it is now. */
interface TranscriptOnDisk {
  readonly file: string;
  readonly sessionId: string;
  readonly agentId: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** Files asked for their size at a time. */
const FACTS_AT_ONCE = 64;
const ENDING = '.jsonl';

/**
 * Sums the transcripts on disk that are not in the log: those that changed since they were summed are read in a worker,
 * those that went away are forgotten.
 */
export async function sumFiles(deps: {
  readonly database: Database;
  readonly table: UsageTable;
  readonly paths: SessionPaths;
  /** Whether a session's transcript is in the log. */
  readonly inLog: (sessionId: string) => boolean;
  /** Files without a change since then are not looked into. */
  readonly oldestMs: number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { database, table, signal } = deps;
  const summed = new Map(table.files().map((row) => [row.sessionId, row]));
  const onDisk = new Map((await transcriptsOnDisk(deps)).map((found) => [found.sessionId, found]));
  const gone = [...summed.keys()].filter((sessionId) => !onDisk.has(sessionId));
  if (gone.length > 0) database.transaction(() => gone.forEach(table.remove));
  const changed = [...onDisk.values()].filter((found) => {
    const known = summed.get(found.sessionId);
    return known?.file !== found.file || known.size !== found.size || known.mtimeMs !== found.mtimeMs;
  });
  if (changed.length === 0 || signal.aborted) return;
  const byFile = new Map(changed.map((found) => [found.file, found]));
  const take = (file: string, sums: FileSums | undefined): void => {
    const found = byFile.get(file);
    // In the meantime the session may have been taken into the log.
    if (found === undefined || deps.inLog(found.sessionId)) return;
    if (sums === undefined) return deps.logger.warn('a transcript could not be read for its usage', { file });
    const lastAt = Math.floor(found.mtimeMs);
    database.transaction(() => {
      table.remove(found.sessionId);
      table.save({ ...found, lastUserAt: sums.lastUserAt, lastAt });
      table.addDays(found.sessionId, sums.days);
    });
  };
  // Threads cost milliseconds to load, and most gateways have no such files.
  const { sumInWorker } = await import('./usage-worker-client.ts');
  await sumInWorker([...byFile.keys()], take, signal);
}

async function transcriptsOnDisk(deps: {
  readonly paths: SessionPaths;
  readonly inLog: (sessionId: string) => boolean;
  readonly oldestMs: number;
}): Promise<readonly TranscriptOnDisk[]> {
  const found: TranscriptOnDisk[] = [];
  for (const { file: sessionsFile, agentId } of await findSessionFiles(deps.paths)) {
    const folder = dirname(sessionsFile);
    const names = (await readdir(folder)).filter((name) => name.endsWith(ENDING));
    for (let start = 0; start < names.length; start += FACTS_AT_ONCE) {
      const batch = names.slice(start, start + FACTS_AT_ONCE).map(async (name) => {
        if (deps.inLog(basename(name, ENDING))) return [];
        const file = join(folder, name);
        const facts = await fileFacts(file);
        const isOld = facts === undefined || facts.mtimeMs < deps.oldestMs;
        return isOld ? [] : [{ file, sessionId: basename(name, ENDING), agentId, ...facts }];
      });
      found.push(...(await Promise.all(batch)).flat());
    }
  }
  return found;
}
