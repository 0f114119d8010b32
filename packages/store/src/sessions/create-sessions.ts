import type { Database } from '../database/database.ts';
import type { SessionEntry, SessionQuery, SessionRepository, SessionRow } from '../sessions.ts';
import type { LogArchive } from '../transcript/log-archive.ts';
import { createSessionIndex } from './session-list.ts';
import { type SessionTable, type StoredSession, sessionRow } from './session-table.ts';

/** Sessions read before a list gives the loop to others; a shorter list is one query. */
const READ_BATCH = 200;

export interface SessionRepositoryDeps {
  readonly database: Database;
  readonly table: SessionTable;
  readonly archive: LogArchive;
  /** Resolves when the sessions on disk are imported. */
  readonly ready: () => Promise<void>;
}

/** The session repository over its table and index. Every method waits for a pending import first. */
export function createSessions(deps: SessionRepositoryDeps): SessionRepository {
  const { database, table, archive, ready } = deps;
  const index = createSessionIndex(database);

  /** Reads long lists a batch at a time. A session that is deleted meanwhile is left out. */
  const listAll = async (query: SessionQuery) => {
    const seqs = index.seqs(query);
    const rows: SessionRow[] = [];
    for (const [position, seq] of seqs.slice(0, query.limit).entries()) {
      if (position > 0 && position % READ_BATCH === 0) await new Promise((resume) => setImmediate(resume));
      const row = table.bySeq(seq);
      if (row !== undefined) rows.push(row);
    }
    return { total: seqs.length, rows };
  };

  return {
    async get(key) {
      await ready();
      return publicRow(table.get(key));
    },
    async list(query) {
      await ready();
      const { limit } = query;
      if (limit === undefined || limit > READ_BATCH) return listAll(query);
      const rows = index.page(query, limit).map(sessionRow);
      return { total: rows.length < limit ? rows.length : index.total(query), rows };
    },
    async count() {
      await ready();
      return table.count();
    },
    async bySessionId(sessionId) {
      await ready();
      return publicRow(table.bySessionId(sessionId));
    },
    async upsert(key, agentId, change) {
      await ready();
      return toRow(database.transaction(() => table.change(key, agentId, change)));
    },
    async renew(key, change) {
      await ready();
      return toRow(
        database.transaction(() => {
          const before = table.get(key);
          const after = table.change(key, before?.agentId ?? agentOfKey(key), change);
          if (before !== undefined && before.entry.sessionId !== after.entry.sessionId)
            archive.session(before, 'reset');
          return after;
        }),
      );
    },
    async delete(key, { archiveTranscript }) {
      await ready();
      return database.transaction(() => {
        const session = table.get(key);
        if (session === undefined) return false;
        table.remove(session);
        if (archiveTranscript) archive.session(session, 'deleted');
        return true;
      });
    },
  };
}

/** The agent of a canonical key; keys without one (`global`, `unknown`) belong to the main agent. */
function agentOfKey(key: string): string {
  const [scheme, agentId] = key.split(':');
  return scheme === 'agent' && agentId !== undefined && agentId !== '' ? agentId : 'main';
}

function publicRow(session: StoredSession | undefined): SessionRow | undefined {
  return session === undefined ? undefined : toRow(session);
}

function toRow({ key, agentId, entry }: { key: string; agentId: string; entry: SessionEntry }): SessionRow {
  return { key, agentId, entry };
}
