import {
  json,
  jsonColumn,
  numeric,
  numericOrUndefined,
  oneOf,
  type Row,
  text,
  textOrUndefined,
} from '../database/columns.ts';
import type { Database } from '../database/database.ts';
import type { InboxRow, InboxState } from '../ledger.ts';
import { IllegalTransitionError, INBOX_TRANSITIONS, nextState } from '../states.ts';

/** The inbox: single writer of `inbox` rows. Functions that write belong inside the ledger's transactions. */

const INBOX_STATES: readonly InboxState[] = ['received', 'running', 'answered', 'declined', 'failed'];
const SOURCES: readonly InboxRow['source'][] = ['chat.send', 'channel', 'agent'];

/** A row with what only the ledger itself needs. */
interface InboxRecord {
  readonly seq: number;
  readonly row: InboxRow;
  readonly sessionId: string | undefined;
  readonly attempts: number;
}

export interface InboxTable {
  /** False when (source, runId) exists already. */
  insert(row: Pick<InboxRow, 'runId' | 'source' | 'agentId' | 'sessionKey' | 'body' | 'receivedAt'>): boolean;
  find(source: InboxRow['source'], runId: string): InboxRecord | undefined;
  /** As `find`, but a missing row is an IllegalTransitionError. */
  require(source: InboxRow['source'], runId: string): InboxRecord;
  /**
   * The `seq` of the run's turn; IllegalTransitionError when it is not running. A dead process's turn counts too: its
   * open tool calls are settled before the turn is started anew or ended.
   */
  requireRunning(runId: string): number;
  start(record: InboxRecord, sessionId: string): number;
  end(
    record: InboxRecord,
    outcome: {
      state: 'answered' | 'declined' | 'failed';
      reason: string | undefined;
      response: unknown;
      sessionId: string | undefined;
    },
    endedAt: number,
  ): void;
  /** Open rows of other generations: those that run, then those that wait, the oldest first. */
  unfinished(limit: number): readonly InboxRecord[];
  countOpen(): { readonly received: number; readonly running: number };
  /** Removes up to `limit` rows that ended before `before` and have nothing left to publish; returns how many. */
  removeEnded(before: number, limit: number): number;
}

export function createInboxTable(database: Database, generation: string): InboxTable {
  const insert = database.statement<{
    runId: string;
    source: string;
    agentId: string;
    sessionKey: string;
    body: string;
    at: number;
    generation: string;
  }>((query, slot) =>
    query
      .insertInto('inbox')
      .values({
        run_id: slot('runId'),
        source: slot('source'),
        agent_id: slot('agentId'),
        session_key: slot('sessionKey'),
        state: 'received',
        body: slot('body'),
        received_at: slot('at'),
        attempts: 0,
        generation: slot('generation'),
      })
      .onConflict((conflict) => conflict.columns(['run_id', 'source']).doNothing()),
  );
  const find = database.statement<{ source: string; runId: string }>((query, slot) =>
    query.selectFrom('inbox').selectAll().where('run_id', '=', slot('runId')).where('source', '=', slot('source')),
  );
  const findRunning = database.statement<{ runId: string }>((query, slot) =>
    query
      .selectFrom('inbox')
      .select('seq')
      .where('run_id', '=', slot('runId'))
      .where('state', '=', 'running')
      .orderBy('seq', 'desc')
      .limit(1),
  );
  const start = database.statement<{ seq: number; sessionId: string; generation: string; attempts: number }>(
    (query, slot) =>
      query
        .updateTable('inbox')
        .set({
          state: 'running',
          session_id: slot('sessionId'),
          generation: slot('generation'),
          attempts: slot('attempts'),
        })
        .where('seq', '=', slot('seq')),
  );
  const end = database.statement<{
    seq: number;
    state: string;
    reason: string | null;
    response: string | null;
    sessionId: string | null;
    at: number;
  }>((query, slot) =>
    query
      .updateTable('inbox')
      .set({
        state: slot('state'),
        reason: slot('reason'),
        response: slot('response'),
        session_id: slot('sessionId'),
        ended_at: slot('at'),
      })
      .where('seq', '=', slot('seq')),
  );
  const unfinished = database.statement<{ generation: string; limit: number }>((query, slot) =>
    query
      .selectFrom('inbox')
      .selectAll()
      .where('state', 'in', ['received', 'running'])
      .where('generation', '!=', slot('generation'))
      // A turn that had begun stands in its session's log already: nothing may come between.
      .orderBy('state', 'desc')
      .orderBy('received_at')
      .orderBy('seq')
      .limit(slot('limit')),
  );
  const countOpen = database.statement((query) =>
    query
      .selectFrom('inbox')
      .select(['state', (select) => select.fn.countAll().as('total')])
      .where('state', 'in', ['received', 'running'])
      .groupBy('state'),
  );
  const removeEnded = database.statement<{ before: number; limit: number }>((query, slot) =>
    query.deleteFrom('inbox').where('seq', 'in', (select) =>
      select
        .selectFrom('inbox as ended')
        .select('ended.seq')
        .where('ended.ended_at', '<', slot('before'))
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('outbox')
                .select('outbox.id')
                .whereRef('outbox.inbox_seq', '=', 'ended.seq')
                .where('outbox.state', '=', 'pending'),
            ),
          ),
        )
        .limit(slot('limit')),
    ),
  );

  const findRecord: InboxTable['find'] = (source, runId) => {
    const row = find.get({ source, runId });
    return row === undefined ? undefined : inboxRecord(row);
  };

  return {
    insert: ({ runId, source, agentId, sessionKey, body, receivedAt }) =>
      insert.run({ runId, source, agentId, sessionKey, body: JSON.stringify(body ?? null), at: receivedAt, generation })
        .changes === 1,
    find: findRecord,
    require(source, runId) {
      const record = findRecord(source, runId);
      if (record !== undefined) return record;
      throw new IllegalTransitionError(`the message ${runId} was never received through ${source}`);
    },
    requireRunning(runId) {
      const row = findRunning.get({ runId });
      if (row !== undefined) return numeric(row, 'seq');
      throw new IllegalTransitionError(`the turn of ${runId} is not running`);
    },
    start(record, sessionId) {
      nextState(INBOX_TRANSITIONS, `message ${record.row.runId}`, record.row.state, 'running');
      const attempts = record.attempts + 1;
      start.run({ seq: record.seq, sessionId, generation, attempts });
      return attempts;
    },
    end(record, { state, reason, response, sessionId }, endedAt) {
      nextState(INBOX_TRANSITIONS, `message ${record.row.runId}`, record.row.state, state);
      end.run({
        seq: record.seq,
        state,
        reason: reason ?? null,
        response: jsonColumn(response),
        sessionId: sessionId ?? record.sessionId ?? null,
        at: endedAt,
      });
    },
    unfinished: (limit) => unfinished.all({ generation, limit }).map(inboxRecord),
    countOpen() {
      const totals = new Map(countOpen.all({}).map((row) => [text(row, 'state'), numeric(row, 'total')]));
      return { received: totals.get('received') ?? 0, running: totals.get('running') ?? 0 };
    },
    removeEnded: (before, limit) => removeEnded.run({ before, limit }).changes,
  };
}

function inboxRecord(row: Row): InboxRecord {
  const reason = textOrUndefined(row, 'reason');
  const response = json(row, 'response');
  const endedAt = numericOrUndefined(row, 'ended_at');
  return {
    seq: numeric(row, 'seq'),
    sessionId: textOrUndefined(row, 'session_id'),
    attempts: numeric(row, 'attempts'),
    row: {
      runId: text(row, 'run_id'),
      source: oneOf(row, 'source', SOURCES),
      agentId: text(row, 'agent_id'),
      sessionKey: text(row, 'session_key'),
      state: oneOf(row, 'state', INBOX_STATES),
      body: json(row, 'body'),
      receivedAt: numeric(row, 'received_at'),
      ...(reason === undefined ? {} : { reason }),
      ...(response === undefined ? {} : { response }),
      ...(endedAt === undefined ? {} : { endedAt }),
    },
  };
}
