import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ModelRef } from '@chela/models';
import type { SessionRow } from '@chela/store';
import { withReadyJson } from '../requests/ready-json.ts';
import { type ListedSession, listedSession } from './session-row.ts';

/** Rows made before others may have the loop. A list no longer than this is made anew each time. */
const BATCH_ROWS = 100;

/** The rows of `sessions.list` for stored sessions, in their order. */
export type SessionLister = (rows: readonly SessionRow[]) => Promise<readonly ListedSession[]>;

interface ListedRow {
  readonly fallback: ModelRef;
  readonly session: ListedSession;
  readonly json: string;
}

interface LongList {
  readonly agentIds: readonly string[];
  readonly fallbacks: ReadonlyMap<string, ModelRef>;
  readonly sessions: readonly ListedSession[];
}

/**
 * Long lists are kept ready down to their bytes as long as the stored rows stay the same objects and their agents'
 * models the same; after a change only the changed rows are made anew.
 */
export function createSessionLister(defaultRef: (agentId: string) => Promise<ModelRef>): SessionLister {
  const listedRows = new WeakMap<SessionRow, ListedRow>();
  const longLists = new WeakMap<readonly SessionRow[], LongList>();

  const fallbacksOf = async (agentIds: readonly string[]): Promise<ReadonlyMap<string, ModelRef>> =>
    new Map(await Promise.all(agentIds.map(async (agentId) => [agentId, await defaultRef(agentId)] as const)));

  const listedRow = (row: SessionRow, fallback: ModelRef): ListedRow => {
    const known = listedRows.get(row);
    if (known !== undefined && isSameRef(known.fallback, fallback)) return known;
    const session = listedSession(row, fallback);
    const made = { fallback, session, json: JSON.stringify(session) };
    listedRows.set(row, made);
    return made;
  };

  const longList = async (
    rows: readonly SessionRow[],
    fallbacks: ReadonlyMap<string, ModelRef>,
  ): Promise<readonly ListedSession[]> => {
    const sessions: ListedSession[] = [];
    const pieces: string[] = [];
    for (const row of rows) {
      const { session, json } = listedRow(row, fallbackOf(fallbacks, row));
      sessions.push(session);
      pieces.push(json);
      if (sessions.length % BATCH_ROWS === 0) await nextTurn();
    }
    return withReadyJson(sessions, `[${pieces.join(',')}]`);
  };

  return async (rows) => {
    const known = longLists.get(rows);
    const agentIds = known?.agentIds ?? [...new Set(rows.map(({ agentId }) => agentId))];
    const fallbacks = await fallbacksOf(agentIds);
    if (rows.length <= BATCH_ROWS) return rows.map((row) => listedSession(row, fallbackOf(fallbacks, row)));
    if (known !== undefined && isSame(known.fallbacks, fallbacks)) return known.sessions;
    const sessions = await longList(rows, fallbacks);
    longLists.set(rows, { agentIds, fallbacks, sessions });
    return sessions;
  };
}

const fallbackOf = (fallbacks: ReadonlyMap<string, ModelRef>, { agentId }: SessionRow): ModelRef =>
  fallbacks.get(agentId) ?? { provider: '', model: '' };

const isSameRef = (a: ModelRef, b: ModelRef): boolean => a.provider === b.provider && a.model === b.model;

function isSame(a: ReadonlyMap<string, ModelRef>, b: ReadonlyMap<string, ModelRef>): boolean {
  for (const [agentId, ref] of a) {
    const other = b.get(agentId);
    if (other === undefined || !isSameRef(ref, other)) return false;
  }
  return true;
}
