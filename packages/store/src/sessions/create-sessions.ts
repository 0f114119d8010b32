import type { Database } from '../database/database.ts';
import type { SessionEntry, SessionQuery, SessionRepository, SessionRow } from '../sessions.ts';
import type { LogArchive } from '../transcript/log-archive.ts';
import { createListMemory, type SessionList } from './list-memory.ts';
import { createSessionIndex } from './session-list.ts';
import type { SessionTable, StoredSession } from './session-table.ts';

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

  const lists = createListMemory(table.version);

  /** Reads long lists a batch at a time. A session that is deleted meanwhile is left out. */
  const read = async (query: SessionQuery): Promise<SessionList> => {
    const keys = index.keys(query);
    const rows: SessionRow[] = [];
    for (const [position, key] of keys.entries()) {
      if (position > 0 && position % READ_BATCH === 0) await new Promise((resume) => setImmediate(resume));
      const row = table.listed(key);
      if (row !== undefined) rows.push(row);
    }
    const isComplete = query.limit === undefined || keys.length < query.limit;
    return { total: isComplete ? keys.length : index.total(query), rows };
  };

  return {
    async get(key) {
      await ready();
      return publicRow(table.get(key));
    },
    async list(query) {
      await ready();
      return lists.list(query, read);
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
