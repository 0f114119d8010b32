import { randomUUID } from 'node:crypto';
import { numeric, type Row, text, textOrUndefined } from '../database/columns.ts';
import type { Database } from '../database/database.ts';
import type { NewTranscriptEntry, TranscriptEntry } from '../transcript.ts';
import { type EntryLinks, linkEntry } from './entry.ts';
import { UNREADABLE } from './file-line.ts';

/**
 * Rows of `entries`, written only here: appended behind the leaf, adopted from a file, or moved as a block to an archived
 * log. An entry never changes. Writing functions belong inside a caller's transaction.
 */

export interface EntryRow extends EntryLinks {
  readonly seq: number;
  /** The entry as one line of JSON. */
  readonly line: string;
}

export interface EntryTable {
  /** Links entries behind the leaf, or behind the entry `after` (null: as a new root), and writes them. */
  append(logId: number, entries: readonly NewTranscriptEntry[], after?: string | null): readonly TranscriptEntry[];
  /** Writes entries of another log with their ids, one behind the other. */
  copy(logId: number, entries: readonly TranscriptEntry[]): void;
  /** Writes a line of a file as it stands; undefined when the log already has its id. */
  adopt(logId: number, links: EntryLinks, line: string): number | undefined;
  /** Newest first, with a `seq` below `before`. */
  before(logId: number, before: number, limit: number): readonly EntryRow[];
  /** Oldest first, with a `seq` above `after`. */
  after(logId: number, after: number, limit: number): readonly EntryRow[];
  has(logId: number, id: string): boolean;
  hasAssistantMessage(logId: number): boolean;
  count(logId: number): number;
  /** The entry that the next one is linked behind; null when there is none. */
  leafId(logId: number): string | null;
  /** 0 when the log is empty. */
  lastSeq(logId: number): number;
  /** Moves everything up to `throughSeq` to another log. */
  move(fromLogId: number, toLogId: number, throughSeq: number): void;
}

/** How often a fresh id may meet an existing one before the log is taken to be broken. */
const ID_ATTEMPTS = 8;

export function createEntryTable(
  database: Database,
  deps: { readonly now: () => number; readonly changed: (logId: number) => void },
): EntryTable {
  const columns = ['seq', 'id', 'parent_id', 'type', 'role', 'line'] as const;
  const leaf = database.statement<{ logId: number }>((query, slot) =>
    query
      .selectFrom('entries')
      .select('id')
      .where('log_id', '=', slot('logId'))
      .where('type', '!=', UNREADABLE)
      .orderBy('seq', 'desc')
      .limit(1),
  );
  const last = database.statement<{ logId: number }>((query, slot) =>
    query.selectFrom('entries').select('seq').where('log_id', '=', slot('logId')).orderBy('seq', 'desc').limit(1),
  );
  const insert = database.statement<{
    logId: number;
    id: string;
    parentId: string | null;
    type: string;
    role: string | null;
    line: string;
  }>((query, slot) =>
    query
      .insertInto('entries')
      .values({
        log_id: slot('logId'),
        id: slot('id'),
        parent_id: slot('parentId'),
        type: slot('type'),
        role: slot('role'),
        line: slot('line'),
      })
      .onConflict((conflict) => conflict.columns(['log_id', 'id']).doNothing()),
  );
  const before = database.statement<{ logId: number; before: number; limit: number }>((query, slot) =>
    query
      .selectFrom('entries')
      .select(columns)
      .where('log_id', '=', slot('logId'))
      .where('seq', '<', slot('before'))
      .orderBy('seq', 'desc')
      .limit(slot('limit')),
  );
  const after = database.statement<{ logId: number; after: number; limit: number }>((query, slot) =>
    query
      .selectFrom('entries')
      .select(columns)
      .where('log_id', '=', slot('logId'))
      .where('seq', '>', slot('after'))
      .orderBy('seq')
      .limit(slot('limit')),
  );
  const byId = database.statement<{ logId: number; id: string }>((query, slot) =>
    query.selectFrom('entries').select('seq').where('log_id', '=', slot('logId')).where('id', '=', slot('id')),
  );
  const assistant = database.statement<{ logId: number }>((query, slot) =>
    query
      .selectFrom('entries')
      .select('seq')
      .where('log_id', '=', slot('logId'))
      .where('role', '=', 'assistant')
      .limit(1),
  );
  const count = database.statement<{ logId: number }>((query, slot) =>
    query
      .selectFrom('entries')
      .select((select) => select.fn.countAll().as('total'))
      .where('log_id', '=', slot('logId')),
  );
  const move = database.statement<{ from: number; to: number; through: number }>((query, slot) =>
    query
      .updateTable('entries')
      .set({ log_id: slot('to') })
      .where('log_id', '=', slot('from'))
      .where('seq', '<=', slot('through')),
  );

  const leafId = (logId: number): string | null => {
    const row = leaf.get({ logId });
    return row === undefined ? null : text(row, 'id');
  };
  const appendOne = (
    logId: number,
    entry: NewTranscriptEntry,
    parentId: string | null,
    timestamp: string,
  ): TranscriptEntry => {
    for (let attempt = 0; attempt < ID_ATTEMPTS; attempt += 1) {
      const linked = linkEntry(entry, { id: randomUUID().slice(0, 8), parentId, timestamp });
      const role = linked.type === 'message' ? linked.message.role : null;
      const row = { logId, id: linked.id, parentId, type: linked.type, role, line: JSON.stringify(linked) };
      if (insert.run(row).changes === 1) return linked;
    }
    throw new Error(`no free entry id in log ${logId}`);
  };

  return {
    append(logId, entries, after) {
      if (entries.length === 0) return [];
      let parentId = after === undefined ? leafId(logId) : after;
      const timestamp = new Date(deps.now()).toISOString();
      const linked = entries.map((entry) => {
        const next = appendOne(logId, entry, parentId, timestamp);
        parentId = next.id;
        return next;
      });
      deps.changed(logId);
      return linked;
    },
    copy(logId, entries) {
      let parentId: string | null = null;
      for (const entry of entries) {
        const { id, type } = entry;
        const role = type === 'message' ? entry.message.role : null;
        insert.run({ logId, id, parentId, type, role, line: JSON.stringify({ ...entry, parentId }) });
        parentId = id;
      }
      deps.changed(logId);
    },
    adopt(logId, { id, parentId, type, role }, line) {
      const { changes, lastId } = insert.run({ logId, id, parentId, type, role: role ?? null, line });
      return changes === 1 ? lastId : undefined;
    },
    before: (logId, seq, limit) => before.all({ logId, before: seq, limit }).map(entryRow),
    after: (logId, seq, limit) => after.all({ logId, after: seq, limit }).map(entryRow),
    has: (logId, id) => byId.get({ logId, id }) !== undefined,
    hasAssistantMessage: (logId) => assistant.get({ logId }) !== undefined,
    count(logId) {
      const row = count.get({ logId });
      return row === undefined ? 0 : numeric(row, 'total');
    },
    leafId,
    lastSeq(logId) {
      const row = last.get({ logId });
      return row === undefined ? 0 : numeric(row, 'seq');
    },
    move: (from, to, through) => void move.run({ from, to, through }),
  };
}

function entryRow(row: Row): EntryRow {
  return {
    seq: numeric(row, 'seq'),
    id: text(row, 'id'),
    parentId: textOrUndefined(row, 'parent_id') ?? null,
    type: text(row, 'type'),
    role: textOrUndefined(row, 'role'),
    line: text(row, 'line'),
  };
}
