import { isRecord } from '../database/columns.ts';
import type { SessionEntry } from '../sessions.ts';

/** Members whose type the code relies on (reference agent/sessions.md §3); everything else is kept as it is. */
const MEMBER_TYPES: Readonly<Record<string, 'string' | 'number' | 'boolean'>> = {
  sessionFile: 'string',
  label: 'string',
  spawnedBy: 'string',
  thinkingLevel: 'string',
  verboseLevel: 'string',
  reasoningLevel: 'string',
  providerOverride: 'string',
  modelOverride: 'string',
  abortedLastRun: 'boolean',
  systemSent: 'boolean',
  inputTokens: 'number',
  outputTokens: 'number',
  totalTokens: 'number',
  totalTokensFresh: 'boolean',
  modelProvider: 'string',
  model: 'string',
  contextTokens: 'number',
  compactionCount: 'number',
};

/** Whether a parsed value is a session entry: the two required members, and the known optional ones of their types. */
export function isSessionEntry(value: unknown): value is SessionEntry {
  if (!isRecord(value)) return false;
  if (typeof value.sessionId !== 'string' || typeof value.updatedAt !== 'number') return false;
  return Object.keys(value).every((member) => fits(member, value[member]));
}

/** Drops the known members of a wrong type, so that the rest of a damaged entry survives. */
export function withoutMisfits(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const misfits = Object.keys(value).filter((member) => !fits(member, value[member]));
  if (misfits.length === 0) return value;
  return Object.fromEntries(Object.entries(value).filter(([member]) => !misfits.includes(member)));
}

function fits(member: string, value: unknown): boolean {
  if (value === undefined) return true;
  if (member === 'sendPolicy') return value === 'allow' || value === 'deny';
  const expected = MEMBER_TYPES[member];
  return expected === undefined || typeof value === expected;
}

/** The lower-case text a search looks in: key, label, display name, subject, channel name and session id (see SessionQuery). */
export function searchText(key: string, entry: SessionEntry): string {
  const parts = [key, entry.label, entry.displayName, entry.subject, entry.groupChannel, entry.sessionId];
  return parts
    .filter((part) => typeof part === 'string')
    .join('\n')
    .toLowerCase();
}
