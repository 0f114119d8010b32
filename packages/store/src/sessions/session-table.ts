import {
  isRecord,
  json,
  numeric,
  numericOrUndefined,
  type Row,
  text,
  UnexpectedColumnError,
} from '../database/columns.ts';
import type { Database } from '../database/database.ts';
import { LabelTakenError, type SessionEntry, type SessionRow } from '../sessions.ts';
import { createRowMemory } from './row-memory.ts';
import { isSessionEntry, searchText, withoutMisfits } from './session-entry.ts';

/**
 * Session rows: single writer of `sessions` and `session_tombstones`. Every change made here gets a revision above all
 * earlier ones; a row agrees with its file when its revision is not above the file's (see `session_files`).
 */

export interface StoredSession extends SessionRow {
  readonly file: string;
  readonly revision: number;
}

export interface SessionTable {
  get(key: string): StoredSession | undefined;
  /** The row as lists show it: the same object as long as nothing changes it. */
  listed(key: string): SessionRow | undefined;
  /** Grows whenever a session of the agent changes; without an agent, when any session does. */
  version(agentId?: string): number;
  bySessionId(sessionId: string): StoredSession | undefined;
  /** Writes what `next` makes of the current entry. LabelTakenError when a new label belongs to another session of the agent. */
  change(key: string, agentId: string, next: (current: SessionEntry | undefined) => SessionEntry): StoredSession;
  /** Writes a row as a file has it: clean, and without asking about labels. */
  adopt(session: { key: string; agentId: string; entry: SessionEntry; file: string }): void;
  /** Removes the row; a tombstone keeps the next import from bringing it back. */
  remove(session: StoredSession): void;
  /** Removes a row that its file no longer has. */
  forget(key: string): void;
  /** When the session was deleted here, if the file may still hold it. */
  tombstone(key: string): number | undefined;
  count(): number;
}

interface SessionColumns extends Record<string, string | number | null> {
  key: string;
  agentId: string;
  sessionId: string;
  updatedAt: number;
  label: string | null;
  spawnedBy: string | null;
  search: string;
  entry: string;
  file: string;
  revision: number;
}

export interface SessionTableDeps {
  readonly now: () => number;
  readonly sessionsFile: (agentId: string) => string;
  /** Called inside the transaction when a session comes to be or gets another session id. */
  readonly entered: (sessionId: string) => void;
  /** Called inside the transaction after each change made here. */
  readonly changed: (session: { readonly file: string; readonly sessionId: string }) => void;
}

export function createSessionTable(database: Database, deps: SessionTableDeps): SessionTable {
  const get = database.statement<{ key: string }>((query, slot) =>
    query.selectFrom('sessions').selectAll().where('key', '=', slot('key')),
  );
  const bySessionId = database.statement<{ sessionId: string }>((query, slot) =>
    query
      .selectFrom('sessions')
      .selectAll()
      .where('session_id', '=', slot('sessionId'))
      .orderBy('updated_at', 'desc')
      .limit(1),
  );
  const write = database.statement<SessionColumns>((query, slot) => {
    const values = {
      agent_id: slot('agentId'),
      session_id: slot('sessionId'),
      updated_at: slot('updatedAt'),
      label: slot('label'),
      spawned_by: slot('spawnedBy'),
      search: slot('search'),
      entry: slot('entry'),
      file: slot('file'),
      revision: slot('revision'),
    };
    return query
      .insertInto('sessions')
      .values({ key: slot('key'), ...values })
      .onConflict((conflict) => conflict.column('key').doUpdateSet(values));
  });
  const labelled = database.statement<{ label: string; file: string; key: string }>((query, slot) =>
    query
      .selectFrom('sessions')
      .select('key')
      .where('label', '=', slot('label'))
      .where('file', '=', slot('file'))
      .where('key', '!=', slot('key'))
      .limit(1),
  );
  const remove = database.statement<{ key: string }>((query, slot) =>
    query.deleteFrom('sessions').where('key', '=', slot('key')),
  );
  const bury = database.statement<{ key: string; file: string; at: number }>((query, slot) =>
    query.replaceInto('session_tombstones').values({ key: slot('key'), file: slot('file'), deleted_at: slot('at') }),
  );
  const unbury = database.statement<{ key: string }>((query, slot) =>
    query.deleteFrom('session_tombstones').where('key', '=', slot('key')),
  );
  const buried = database.statement<{ key: string }>((query, slot) =>
    query.selectFrom('session_tombstones').select('deleted_at').where('key', '=', slot('key')),
  );
  const count = database.statement((query) =>
    query.selectFrom('sessions').select((select) => select.fn.countAll().as('total')),
  );
  const filesRevision = database.statement((query) =>
    query.selectFrom('session_files').select((select) => select.fn.max('revision').as('revision')),
  );

  let lastRevision = 0;
  /** Grows with the clock, so that it also grows over restarts without a counter in the database. */
  const nextRevision = (): number => {
    if (lastRevision === 0) {
      const row = filesRevision.get({});
      lastRevision = row === undefined ? 0 : (numericOrUndefined(row, 'revision') ?? 0);
    }
    lastRevision = Math.max(lastRevision + 1, deps.now());
    return lastRevision;
  };

  const memory = createRowMemory(database.foreignVersion);
  const find: SessionTable['get'] = (key) => storedSession(get.get({ key }));
  const put = (key: string, agentId: string, entry: SessionEntry, file: string, at: number): void => {
    write.run({
      key,
      agentId,
      sessionId: entry.sessionId,
      updatedAt: entry.updatedAt,
      label: entry.label ?? null,
      spawnedBy: entry.spawnedBy ?? null,
      search: searchText(key, entry),
      entry: JSON.stringify(entry),
      file,
      revision: at,
    });
    memory.changed(key, agentId);
  };
  const refuseTakenLabel = (key: string, file: string, label: string): void => {
    if (labelled.get({ key, file, label }) !== undefined) throw new LabelTakenError(`label already in use: ${label}`);
  };

  return {
    get: find,
    listed: (key) =>
      memory.row(key, () => {
        const row = get.get({ key });
        return row === undefined ? undefined : sessionRow(row);
      }),
    version: memory.version,
    bySessionId: (sessionId) => storedSession(bySessionId.get({ sessionId })),
    change(key, agentId, next) {
      const current = find(key);
      const entry = next(current?.entry);
      const owner = current?.agentId ?? agentId;
      const file = current?.file ?? deps.sessionsFile(owner);
      if (entry.label !== undefined && entry.label !== current?.entry.label) refuseTakenLabel(key, file, entry.label);
      const revision = nextRevision();
      put(key, owner, entry, file, revision);
      if (current === undefined) unbury.run({ key });
      if (current?.entry.sessionId !== entry.sessionId) deps.entered(entry.sessionId);
      deps.changed({ file, sessionId: entry.sessionId });
      return { key, agentId: owner, entry, file, revision };
    },
    adopt({ key, agentId, entry, file }) {
      put(key, agentId, entry, file, 0);
      unbury.run({ key });
      deps.entered(entry.sessionId);
    },
    remove(session) {
      remove.run({ key: session.key });
      memory.changed(session.key, session.agentId);
      bury.run({ key: session.key, file: session.file, at: deps.now() });
      deps.changed({ file: session.file, sessionId: session.entry.sessionId });
    },
    forget(key) {
      const gone = find(key);
      remove.run({ key });
      if (gone !== undefined) memory.changed(key, gone.agentId);
    },
    tombstone(key) {
      const row = buried.get({ key });
      return row === undefined ? undefined : numeric(row, 'deleted_at');
    },
    count() {
      const row = count.get({});
      return row === undefined ? 0 : numeric(row, 'total');
    },
  };
}

/** A session from a row with key, agent and entry. */
export function sessionRow(row: Row): SessionRow {
  const stored = json(row, 'entry');
  const key = text(row, 'key');
  // One member of a wrong type must not take a whole list down.
  const entry = isSessionEntry(stored) || !isRecord(stored) ? stored : withoutMisfits(stored);
  if (!isSessionEntry(entry)) throw new UnexpectedColumnError(`the session ${key} has a damaged entry`);
  return { key, agentId: text(row, 'agent_id'), entry };
}

function storedSession(row: Row | undefined): StoredSession | undefined {
  if (row === undefined) return undefined;
  return { ...sessionRow(row), file: text(row, 'file'), revision: numeric(row, 'revision') };
}
