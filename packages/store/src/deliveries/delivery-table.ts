import { type SqlBool, sql } from 'kysely';
import type { Database } from '../database/database.ts';

/** The statements of `deliveries`; what they mean and when they may run is `create-deliveries.ts`'s business. */
export function createDeliveryTable(database: Database) {
  return {
    insert: database.statement<{
      key: string;
      partIndex: number;
      channel: string;
      accountId: string;
      target: string;
      threadId: string | null;
      lane: string;
      part: string;
      generation: string;
      createdAt: number;
      readyAt: number;
      runId: string | null;
      sessionKey: string | null;
      agentId: string | null;
      answers: string | null;
      bestEffort: number;
      mirror: string | null;
    }>((query, slot) =>
      query.insertInto('deliveries').values({
        key: slot('key'),
        part_index: slot('partIndex'),
        channel: slot('channel'),
        account_id: slot('accountId'),
        target: slot('target'),
        thread_id: slot('threadId'),
        lane: slot('lane'),
        state: 'pending',
        part: slot('part'),
        attempts: 0,
        failures: 0,
        generation: slot('generation'),
        created_at: slot('createdAt'),
        ready_at: slot('readyAt'),
        run_id: slot('runId'),
        session_key: slot('sessionKey'),
        agent_id: slot('agentId'),
        answers: slot('answers'),
        best_effort: slot('bestEffort'),
        mirror: slot('mirror'),
      }),
    ),
    find: database.statement<{ id: number }>((query, slot) =>
      query.selectFrom('deliveries').selectAll().where('id', '=', slot('id')),
    ),
    ofKey: database.statement<{ key: string }>((query, slot) =>
      query.selectFrom('deliveries').selectAll().where('key', '=', slot('key')).orderBy('part_index'),
    ),
    ofRun: database.statement<{ runId: string }>((query, slot) =>
      query.selectFrom('deliveries').selectAll().where('run_id', '=', slot('runId')).orderBy('id'),
    ),
    head: database.statement<{ lane: string }>((query, slot) =>
      query
        .selectFrom('deliveries')
        .selectAll()
        .where('lane', '=', slot('lane'))
        .where('ready_at', 'is not', null)
        .orderBy('id')
        .limit(1),
    ),
    waitingLanes: database.statement<{ limit: number }>((query, slot) =>
      query
        .selectFrom('deliveries')
        .select(['channel', 'account_id', 'target', 'thread_id', (select) => select.fn.min('id').as('first')])
        .where('ready_at', 'is not', null)
        .groupBy('lane')
        .orderBy('first')
        .limit(slot('limit')),
    ),
    update: database.statement<{
      id: number;
      state: string;
      part: string;
      attempts: number;
      failures: number;
      generation: string;
      readyAt: number | null;
      endedAt: number | null;
      receipt: string | null;
      reason: string | null;
    }>((query, slot) =>
      query
        .updateTable('deliveries')
        .set({
          state: slot('state'),
          part: slot('part'),
          attempts: slot('attempts'),
          failures: slot('failures'),
          generation: slot('generation'),
          ready_at: slot('readyAt'),
          ended_at: slot('endedAt'),
          receipt: slot('receipt'),
          reason: slot('reason'),
        })
        .where('id', '=', slot('id')),
    ),
    takeOver: database.statement<{ generation: string; at: number; reason: string }>((query, slot) =>
      query
        .updateTable('deliveries')
        .set({ state: 'ambiguous', ready_at: slot('at'), reason: slot('reason') })
        .where('state', '=', 'sending')
        .where('generation', '<>', slot('generation')),
    ),
    receiptsBefore: database.statement<{ lane: string; id: number; limit: number }>((query, slot) =>
      query
        .selectFrom('deliveries')
        .select('receipt')
        .where('lane', '=', slot('lane'))
        .where('id', '<', slot('id'))
        .where('state', '=', 'delivered')
        .orderBy('id', 'desc')
        .limit(slot('limit')),
    ),
    earlierReceipts: database.statement<{
      id: number;
      channel: string;
      accountId: string;
      createdAt: number;
      limit: number;
    }>((query, slot) =>
      query
        .selectFrom('deliveries')
        .select('receipt')
        .where('ended_at', '<', slot('createdAt'))
        .where('state', '=', 'delivered')
        .where('channel', '=', slot('channel'))
        .where('account_id', '=', slot('accountId'))
        // Where the clock was set back, neither time tells what came first.
        .where('id', '<', slot('id'))
        .whereRef('ended_at', '>=', 'created_at')
        .orderBy('ended_at', 'desc')
        .limit(slot('limit')),
    ),
    newestReceipts: database.statement<{ channel: string; accountId: string; limit: number }>((query, slot) =>
      query
        .selectFrom('deliveries')
        .select('receipt')
        .where('state', '=', 'delivered')
        .where('channel', '=', slot('channel'))
        .where('account_id', '=', slot('accountId'))
        .orderBy('id', 'desc')
        .limit(slot('limit')),
    ),
    sentFor: database.statement<{ lane: string; sessionKey: string; since: number; limit: number }>((query, slot) =>
      query
        .selectFrom('deliveries')
        .selectAll()
        .where('lane', '=', slot('lane'))
        .where('session_key', '=', slot('sessionKey'))
        .where('created_at', '>=', slot('since'))
        .orderBy('id')
        .limit(slot('limit')),
    ),
    unmirrored: database.statement<{ limit: number }>((query, slot) =>
      query
        .selectFrom('deliveries')
        .selectAll()
        .where('mirror', 'is not', null)
        .where('state', '=', 'delivered')
        .orderBy('id')
        .limit(slot('limit')),
    ),
    mirrored: database.statement<{ id: number }>((query, slot) =>
      query.updateTable('deliveries').set({ mirror: null }).where('id', '=', slot('id')),
    ),
    list: database.statement<{ channel: string; states: string; limit: number }>((query, slot) =>
      query
        .selectFrom('deliveries')
        .selectAll()
        .where(sql<SqlBool>`state in (select value from json_each(${slot('states')}))`)
        .where(sql<SqlBool>`channel = coalesce(nullif(${slot('channel')}, ''), channel)`)
        .orderBy('id', 'desc')
        .limit(slot('limit')),
    ),
    depths: database.statement((query) =>
      query
        .selectFrom('deliveries')
        .select(['channel', 'state', (select) => select.fn.countAll().as('total')])
        .where('state', '<>', 'delivered')
        .groupBy(['channel', 'state']),
    ),
    openFiles: database.statement((query) =>
      query
        .selectFrom('deliveries')
        .select(sql<string>`json_extract(part, '$.media.path')`.as('file'))
        .where('state', '<>', 'delivered')
        .where(sql<SqlBool>`json_extract(part, '$.media.path') is not null`),
    ),
    ended: database.statement<{ delivered: number; dead: number; limit: number }>((query, slot) =>
      query
        .selectFrom('deliveries')
        .select(['id', 'part'])
        .where('ended_at', 'is not', null)
        .where((is) =>
          is.or([
            is.and([is('state', '=', 'delivered'), is('ended_at', '<', slot('delivered'))]),
            is.and([is('state', '<>', 'delivered'), is('ended_at', '<', slot('dead'))]),
          ]),
        )
        .limit(slot('limit')),
    ),
    remove: database.statement<{ id: number }>((query, slot) =>
      query.deleteFrom('deliveries').where('id', '=', slot('id')),
    ),
  };
}
