import { json, numeric, oneOf, type Row, text } from '../database/columns.ts';
import type { Database } from '../database/database.ts';
import type { OutboxRow } from '../ledger.ts';
import { IllegalTransitionError, nextState, OUTBOX_TRANSITIONS } from '../states.ts';

/** Replies on their way out: single writer of `outbox` rows. */

const OUTBOX_STATES: readonly OutboxRow['state'][] = ['pending', 'published'];

export interface OutboxTable {
  add(row: Pick<OutboxRow, 'runId' | 'sessionKey' | 'payload' | 'createdAt'>, inboxSeq: number): OutboxRow;
  /** pending → published; IllegalTransitionError when it was published before or does not exist. */
  publish(id: number, publishedAt: number): void;
  /** Oldest first. */
  pending(limit: number): readonly OutboxRow[];
  countPending(): number;
}

export function createOutboxTable(database: Database): OutboxTable {
  const insert = database.statement<{
    inboxSeq: number;
    runId: string;
    sessionKey: string;
    payload: string;
    at: number;
  }>((query, slot) =>
    query.insertInto('outbox').values({
      inbox_seq: slot('inboxSeq'),
      run_id: slot('runId'),
      session_key: slot('sessionKey'),
      state: 'pending',
      payload: slot('payload'),
      created_at: slot('at'),
    }),
  );
  const stateOf = database.statement<{ id: number }>((query, slot) =>
    query.selectFrom('outbox').select('state').where('id', '=', slot('id')),
  );
  const publish = database.statement<{ id: number; at: number }>((query, slot) =>
    query
      .updateTable('outbox')
      .set({ state: 'published', published_at: slot('at') })
      .where('id', '=', slot('id')),
  );
  const pending = database.statement<{ limit: number }>((query, slot) =>
    query.selectFrom('outbox').selectAll().where('state', '=', 'pending').orderBy('id').limit(slot('limit')),
  );
  const countPending = database.statement((query) =>
    query
      .selectFrom('outbox')
      .select((select) => select.fn.countAll().as('total'))
      .where('state', '=', 'pending'),
  );

  return {
    add(row, inboxSeq) {
      const { lastId } = insert.run({
        inboxSeq,
        runId: row.runId,
        sessionKey: row.sessionKey,
        payload: JSON.stringify(row.payload),
        at: row.createdAt,
      });
      return { ...row, id: lastId, state: 'pending' };
    },
    publish(id, publishedAt) {
      const row = stateOf.get({ id });
      if (row === undefined) throw new IllegalTransitionError(`there is no reply ${id} to publish`);
      nextState(OUTBOX_TRANSITIONS, `reply ${id}`, oneOf(row, 'state', OUTBOX_STATES), 'published');
      publish.run({ id, at: publishedAt });
    },
    pending: (limit) => pending.all({ limit }).map(outboxRow),
    countPending() {
      const row = countPending.get({});
      return row === undefined ? 0 : numeric(row, 'total');
    },
  };
}

function outboxRow(row: Row): OutboxRow {
  return {
    id: numeric(row, 'id'),
    runId: text(row, 'run_id'),
    sessionKey: text(row, 'session_key'),
    state: oneOf(row, 'state', OUTBOX_STATES),
    payload: json(row, 'payload'),
    createdAt: numeric(row, 'created_at'),
  };
}
