import { randomUUID } from 'node:crypto';
import { isRecord } from '../database/columns.ts';
import { isSessionEntry, withoutMisfits } from '../sessions/session-entry.ts';
import type { SessionEntry } from '../sessions.ts';
import { canonicalSessionKey } from './session-key.ts';

export interface ImportedSession {
  readonly key: string;
  readonly agentId: string;
  readonly entry: SessionEntry;
}

/** Members that older versions named otherwise (reference agent/sessions.md §3). */
const RENAMED_MEMBERS: readonly (readonly [from: string, to: string])[] = [
  ['provider', 'channel'],
  ['lastProvider', 'lastChannel'],
  ['room', 'groupChannel'],
];

/**
 * Reads the text of a `sessions.json`. Values that are no objects are dropped and counted; when two keys mean the same
 * session the newer wins. Throws SyntaxError or TypeError when the text is no JSON object.
 */
export function readSessionsFile(
  text: string,
  fileAgentId: string,
): { readonly sessions: readonly ImportedSession[]; readonly dropped: number } {
  const parsed: unknown = JSON.parse(text);
  if (!isRecord(parsed)) throw new TypeError('the file holds no JSON object');
  const sessions = new Map<string, ImportedSession>();
  let dropped = 0;
  for (const [raw, value] of Object.entries(parsed)) {
    const canonical = canonicalSessionKey(raw, fileAgentId);
    const entry = readEntry(value);
    if (canonical === undefined || entry === undefined) {
      dropped += 1;
      continue;
    }
    const other = sessions.get(canonical.key);
    if (other === undefined || other.entry.updatedAt < entry.updatedAt)
      sessions.set(canonical.key, { ...canonical, entry });
  }
  return { sessions: [...sessions.values()], dropped };
}

function readEntry(value: unknown): SessionEntry | undefined {
  if (!isRecord(value)) return undefined;
  const renamed = withNewNames(withoutMisfits(value));
  const entry = {
    ...renamed,
    sessionId: typeof renamed.sessionId === 'string' && renamed.sessionId !== '' ? renamed.sessionId : randomUUID(),
    updatedAt: typeof renamed.updatedAt === 'number' ? renamed.updatedAt : 0,
  };
  return isSessionEntry(entry) ? entry : undefined;
}

/** An old name gives its value to the new one, unless the entry has that already. */
function withNewNames(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!RENAMED_MEMBERS.some(([from]) => from in value)) return value;
  const entry: Record<string, unknown> = { ...value };
  for (const [from, to] of RENAMED_MEMBERS) {
    if (!(from in entry)) continue;
    entry[to] ??= entry[from];
    delete entry[from];
  }
  return entry;
}
