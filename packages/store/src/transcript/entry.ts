import { isRecord } from '../database/columns.ts';
import type { NewTranscriptEntry, TranscriptEntry } from '../transcript.ts';

const ROLES: ReadonlySet<unknown> = new Set([
  'user',
  'assistant',
  'toolResult',
  'bashExecution',
  'compactionSummary',
  'branchSummary',
  'custom',
]);

/** What every line of a transcript after the header has (reference agent/sessions.md §4). */
export interface EntryLinks {
  readonly id: string;
  readonly parentId: string | null;
  readonly type: string;
  /** Role of a message; undefined for other types. */
  readonly role: string | undefined;
}

/** Reads the links of a parsed line; undefined when it is no entry. Types that we do not know keep their place in the tree. */
export function entryLinks(value: unknown): EntryLinks | undefined {
  if (!isRecord(value) || typeof value.type !== 'string' || value.type === 'session') return undefined;
  if (typeof value.id !== 'string' || value.id === '') return undefined;
  const parentId = typeof value.parentId === 'string' ? value.parentId : null;
  const role = value.type === 'message' && isRecord(value.message) ? value.message.role : undefined;
  return { id: value.id, parentId, type: value.type, role: typeof role === 'string' ? role : undefined };
}

/** Whether a parsed line is an entry of a type we know with the members that type needs. */
export function isTranscriptEntry(value: unknown): value is TranscriptEntry {
  if (entryLinks(value) === undefined || !isRecord(value) || typeof value.timestamp !== 'string') return false;
  switch (value.type) {
    case 'message':
      return isRecord(value.message) && ROLES.has(value.message.role);
    case 'model_change':
      return typeof value.provider === 'string' && typeof value.modelId === 'string';
    case 'thinking_level_change':
      return typeof value.thinkingLevel === 'string';
    case 'compaction':
      return typeof value.summary === 'string' && typeof value.firstKeptEntryId === 'string';
    case 'branch_summary':
      return typeof value.summary === 'string';
    case 'custom':
    case 'custom_message':
      return typeof value.customType === 'string';
    case 'label':
      return typeof value.targetId === 'string';
    case 'session_info':
      return true;
    default:
      return false;
  }
}

/** Gives an entry its place and time. Members stand in the order the original writes them. */
export function linkEntry(
  entry: NewTranscriptEntry,
  links: { readonly id: string; readonly parentId: string | null; readonly timestamp: string },
): TranscriptEntry {
  if (entry.type === 'custom' || entry.type === 'custom_message') return { ...entry, ...links };
  return Object.assign({ type: entry.type, ...links }, entry);
}

/** The value of a line; undefined when it is no JSON. */
export function parseLine(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return value;
  } catch {
    // A damaged line is no error: callers count it or pass over it.
    return undefined;
  }
}
