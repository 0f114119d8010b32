import type { FileHandle } from 'node:fs/promises';
import type { EntryTable } from '../transcript/entry-table.ts';
import type { LogRow } from '../transcript/log-table.ts';

/** Entries written in one go. */
export const BATCH_ENTRIES = 256;
const TRANSCRIPT_VERSION = 3;

/** Writes a whole transcript: its header, if the log has one, and every entry. Returns the last entry's place and their number. */
export async function writeTranscript(
  handle: FileHandle,
  log: LogRow,
  entries: EntryTable,
  cwd: string,
): Promise<{ readonly lastSeq: number; readonly count: number }> {
  if (log.hasHeader) await handle.write(`${headerLine(log, cwd)}\n`);
  let lastSeq = 0;
  let count = 0;
  for (;;) {
    const rows = entries.after(log.id, lastSeq, BATCH_ENTRIES);
    if (rows.length > 0) await handle.write(`${rows.map(({ line }) => line).join('\n')}\n`);
    lastSeq = rows.at(-1)?.seq ?? lastSeq;
    count += rows.length;
    if (rows.length < BATCH_ENTRIES) return { lastSeq, count };
  }
}

function headerLine(log: LogRow, cwd: string): string {
  return JSON.stringify({
    type: 'session',
    version: TRANSCRIPT_VERSION,
    id: log.sessionId,
    timestamp: new Date(log.createdAt).toISOString(),
    cwd,
    ...(log.parentFile !== undefined && { parentSession: log.parentFile }),
  });
}
