/**
 * Notes of the audit log's end in a file beside the database, so that cutting off the end of the log together with what
 * the database knows of it is found (reference defender/defender.md §B.7). Single writer of the file; one note a line,
 * the newest last. A note names an entry that was durable when it was written.
 */
import { open, readFile } from 'node:fs/promises';
import type { Clock, Logger } from '@chela/observability';
import type { AuditLog, AuditMark } from '../audit.ts';
import { isRecord } from '../database/columns.ts';

/** New entries are noted after this time at the latest. */
const NOTE_AFTER_MS = 30_000;
/** The file is begun anew with its newest notes when it has grown past this. */
const MAX_NOTES = 2_000;
const KEPT_NOTES = 500;
const PRIVATE_FILE = 0o600;

export interface AuditAnchors {
  /** To be called after an entry was appended; writes when enough time has passed. */
  appended(): void;
  /** Writes down where the log ends now. */
  note(): Promise<void>;
  /** Notes the end for the last time. */
  close(): Promise<void>;
}

export function createAuditAnchors(deps: {
  readonly path: string;
  readonly log: Pick<AuditLog, 'extent'>;
  /** The database's write-ahead log: flushed before a note, so that a power cut leaves no note of entries it took. */
  readonly walPath: string;
  readonly clock: Clock;
  readonly logger: Logger;
}): AuditAnchors {
  const { path, log, walPath, clock, logger } = deps;
  let last: number | undefined;
  let cancel: (() => void) | undefined;
  let queue: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const head = log.extent()?.head;
    if (head === undefined || head.seq === last) return;
    const known = await readAuditAnchors(path);
    if (known.at(-1)?.seq === head.seq) return;
    await flush(walPath);
    const isFull = known.length >= MAX_NOTES;
    const lines = (isFull ? [...known.slice(-KEPT_NOTES), head] : [head]).map(({ seq, hash }) =>
      JSON.stringify({ seq, hash, at: clock.now() }),
    );
    const handle = await open(path, isFull ? 'w' : 'a', PRIVATE_FILE);
    try {
      // A line that a crash cut off is ended first.
      await handle.appendFile(`${isFull ? '' : '\n'}${lines.join('\n')}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    last = head.seq;
  }

  function note(): Promise<void> {
    cancel?.();
    cancel = undefined;
    queue = queue.then(write).catch((error: unknown) => {
      logger.error('the end of the audit log could not be noted beside it', { path, error });
    });
    return queue;
  }

  return {
    appended() {
      cancel ??= clock.after(NOTE_AFTER_MS, () => void note());
    },
    note,
    close: note,
  };
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    // Without the file everything stands in the database itself.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  try {
    await handle?.datasync();
  } finally {
    await handle?.close();
  }
}

/** The notes of a file, oldest first; none when there is no file. A line that a crash cut off is passed over. */
export async function readAuditAnchors(path: string): Promise<readonly AuditMark[]> {
  const source = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  return source.split('\n').flatMap((line) => readNote(line) ?? []);
}

function readNote(line: string): AuditMark | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (!isRecord(value) || typeof value.seq !== 'number' || typeof value.hash !== 'string') return undefined;
    return { seq: value.seq, hash: value.hash };
  } catch {
    return undefined;
  }
}
