import type { TranscriptEntry } from '../transcript.ts';
import { isTranscriptEntry } from './entry.ts';
import type { EntryRow, EntryTable } from './entry-table.ts';
import { UNREADABLE } from './file-line.ts';

/** Rows read before the loop gets its turn. */
const READ_BATCH = 256;
/** Rows read above a small limit, for entries that are passed over. */
const READ_SPARE = 16;

/**
 * Walks the active branch from the leaf to the root and keeps what `wanted` accepts, newest first, until `limit` are kept.
 * Parents always stand before their children in a log, so one backward pass over the index is enough; entries of side
 * branches are passed over. A parent that is missing (cut off by a truncation) ends the branch.
 */
export async function walkBranch(
  entries: EntryTable,
  logId: number,
  limit: number,
  wanted: (row: EntryRow) => boolean,
): Promise<TranscriptEntry[]> {
  const kept: TranscriptEntry[] = [];
  let next: string | null | undefined;
  let before = Number.MAX_SAFE_INTEGER;
  while (kept.length < limit && next !== null) {
    const size = Math.min(READ_BATCH, limit - kept.length + READ_SPARE);
    const rows = entries.before(logId, before, size);
    for (const row of rows) {
      before = row.seq;
      if (row.type === UNREADABLE || (next !== undefined && row.id !== next)) continue;
      next = row.parentId;
      if (wanted(row)) kept.push(...parseEntry(row.line));
      if (kept.length >= limit || next === null) break;
    }
    if (rows.length < size) break;
    if (size === READ_BATCH) await new Promise((resume) => setImmediate(resume));
  }
  return kept;
}

/** The entry of a stored line; nothing for types and shapes we do not know, which only keep their place in the tree. */
function parseEntry(line: string): TranscriptEntry[] {
  const value: unknown = JSON.parse(line);
  return isTranscriptEntry(value) ? [value] : [];
}
