import { createHash } from 'node:crypto';
import { isRecord } from '../database/columns.ts';
import { type EntryLinks, entryLinks, parseLine } from './entry.ts';

/** The type under which a line that is no entry is kept: it stays in the file's order, but has no place in the tree. */
export const UNREADABLE = 'unreadable';

const ID_LENGTH = 8;

/** A line of a transcript file as the log keeps it. */
export interface FileLine {
  readonly links: EntryLinks;
  readonly line: string;
}

/**
 * Reads one line after the header. Lines of the first format have no ids: each gets one made from its text, so that the
 * same line always has the same id, and the entry before it as its parent (reference protocol/state-layout.md §3.4).
 * A line that is no entry is kept as it stands.
 */
export function readFileLine(line: string, previousId: string | null): FileLine {
  const value = parseLine(line);
  const links = entryLinks(value);
  if (links !== undefined) return { links, line };
  const id = idOfLine(line);
  const linked = isRecord(value) && typeof value.type === 'string' ? linkOldEntry(value, id, previousId) : undefined;
  const oldLinks = entryLinks(linked);
  if (oldLinks !== undefined) return { links: oldLinks, line: JSON.stringify(linked) };
  return { links: { id, parentId: null, type: UNREADABLE, role: undefined }, line };
}

function linkOldEntry(value: Readonly<Record<string, unknown>>, id: string, parentId: string | null): unknown {
  const { type, timestamp, ...rest } = value;
  return { type, id, parentId, timestamp: timestamp ?? timeOfMessage(value.message), ...rest };
}

function timeOfMessage(message: unknown): string {
  const at = isRecord(message) && typeof message.timestamp === 'number' ? message.timestamp : 0;
  return new Date(at).toISOString();
}

function idOfLine(line: string): string {
  return createHash('sha256').update(line.trim()).digest('hex').slice(0, ID_LENGTH);
}
