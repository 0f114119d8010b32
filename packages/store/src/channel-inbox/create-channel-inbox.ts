import type { ChannelConversation, ChannelInbox, ChannelMessageRow, ChannelMessageState } from '../channel-inbox.ts';
import { json, numeric, oneOf, type Row, text, textOrUndefined } from '../database/columns.ts';
import type { Database } from '../database/database.ts';
import { CHANNEL_MESSAGE_TRANSITIONS, isFinal, nextState } from '../states.ts';

const STATES: readonly ChannelMessageState[] = ['received', 'routed', 'handed', 'declined', 'failed'];
const DAY_MS = 24 * 60 * 60 * 1000;
/** What a message said is kept this long after its end: a group's history reaches back at most so far. */
const BODY_RETENTION_MS = 3 * DAY_MS;
/** That a message was there is kept longer than any vendor repeats one. */
const KEY_RETENTION_MS = 30 * DAY_MS;
const PRUNED_AT_ONCE = 500;
/** What recovery looks at in one go; no more rows than this may be open (see the kernel's limits). */
const UNFINISHED_LIMIT = 50_000;

/** The channel inbox in the database: single writer of `channel_inbox` rows. Every method is one transaction. */
export function createChannelInbox(deps: {
  readonly database: Database;
  /** The process that receives. */
  readonly generation: string;
  readonly now: () => number;
}): ChannelInbox {
  const { database, generation, now } = deps;
  const insert = database.statement<{
    channel: string;
    accountId: string;
    conversation: string;
    messageId: string;
    event: string;
    at: number;
    generation: string;
  }>((query, slot) =>
    query
      .insertInto('channel_inbox')
      .values({
        channel: slot('channel'),
        account_id: slot('accountId'),
        conversation: slot('conversation'),
        message_id: slot('messageId'),
        state: 'received',
        event: slot('event'),
        received_at: slot('at'),
        generation: slot('generation'),
      })
      .onConflict((conflict) => conflict.columns(['channel', 'account_id', 'conversation', 'message_id']).doNothing()),
  );
  const findKey = database.statement<{
    channel: string;
    accountId: string;
    conversation: string;
    messageId: string;
  }>((query, slot) =>
    query
      .selectFrom('channel_inbox')
      .select('seq')
      .where('channel', '=', slot('channel'))
      .where('account_id', '=', slot('accountId'))
      .where('conversation', '=', slot('conversation'))
      .where('message_id', '=', slot('messageId')),
  );
  const stateOf = database.statement<{ id: number }>((query, slot) =>
    query.selectFrom('channel_inbox').select('state').where('seq', '=', slot('id')),
  );
  const setRouted = database.statement<{ id: number; runId: string; plan: string | null }>((query, slot) =>
    query
      .updateTable('channel_inbox')
      .set({ state: 'routed', run_id: slot('runId'), plan: slot('plan') })
      .where('seq', '=', slot('id')),
  );
  const setEnded = database.statement<{ id: number; state: string; reason: string | null; at: number }>((query, slot) =>
    query
      .updateTable('channel_inbox')
      .set({ state: slot('state'), reason: slot('reason'), plan: null, ended_at: slot('at') })
      .where('seq', '=', slot('id')),
  );
  const open = database.statement<{ generation: string; limit: number }>((query, slot) =>
    query
      .selectFrom('channel_inbox')
      .selectAll()
      .where('state', 'in', ['received', 'routed'])
      .where('generation', '!=', slot('generation'))
      .orderBy('seq')
      .limit(slot('limit')),
  );
  type InConversation = { channel: string; accountId: string; conversation: string; before: number };
  const lastRouted = database.statement<InConversation>((query, slot) =>
    query
      .selectFrom('channel_inbox')
      .select('seq')
      .where('channel', '=', slot('channel'))
      .where('account_id', '=', slot('accountId'))
      .where('conversation', '=', slot('conversation'))
      .where('state', 'in', ['handed', 'routed'])
      .where('seq', '<', slot('before'))
      .orderBy('seq', 'desc')
      .limit(1),
  );
  const skipped = database.statement<InConversation & { after: number; reason: string; limit: number }>((query, slot) =>
    query
      .selectFrom('channel_inbox')
      .select('event')
      .where('channel', '=', slot('channel'))
      .where('account_id', '=', slot('accountId'))
      .where('conversation', '=', slot('conversation'))
      .where('state', '=', 'declined')
      .where('reason', '=', slot('reason'))
      .where('event', 'is not', null)
      .where('seq', '>', slot('after'))
      .where('seq', '<', slot('before'))
      .orderBy('seq', 'desc')
      .limit(slot('limit')),
  );
  const countOpen = database.statement((query) =>
    query
      .selectFrom('channel_inbox')
      .select(['state', (select) => select.fn.countAll().as('total')])
      .where('state', 'in', ['received', 'routed'])
      .groupBy('state'),
  );
  const dropBodies = database.statement<{ before: number; limit: number }>((query, slot) =>
    query
      .updateTable('channel_inbox')
      .set({ event: null })
      .where('seq', 'in', (select) =>
        select
          .selectFrom('channel_inbox as old')
          .select('old.seq')
          .where('old.ended_at', '<', slot('before'))
          .where('old.event', 'is not', null)
          .limit(slot('limit')),
      ),
  );
  const removeOld = database.statement<{ before: number; limit: number }>((query, slot) =>
    query
      .deleteFrom('channel_inbox')
      .where('seq', 'in', (select) =>
        select
          .selectFrom('channel_inbox as old')
          .select('old.seq')
          .where('old.ended_at', '<', slot('before'))
          .limit(slot('limit')),
      ),
  );

  const currentState = (id: number): ChannelMessageState => {
    const row = stateOf.get({ id });
    if (row === undefined) throw new Error(`no channel message ${id}`);
    return oneOf(row, 'state', STATES);
  };

  return {
    async accept({ channel, accountId, conversation, messageId, event }) {
      const key = { channel, accountId, conversation, messageId };
      return database.transaction(() => {
        const { changes, lastId } = insert.run({ ...key, event: JSON.stringify(event), at: now(), generation });
        if (changes === 1) return { created: true, id: lastId };
        const row = findKey.get(key);
        return { created: false, id: row === undefined ? 0 : numeric(row, 'seq') };
      });
    },
    async route(ids, runId, plan) {
      database.transaction(() => {
        for (const id of ids) {
          nextState(CHANNEL_MESSAGE_TRANSITIONS, `channel message ${id}`, currentState(id), 'routed');
          setRouted.run({ id, runId, plan: id === ids.at(-1) ? JSON.stringify(plan) : null });
        }
      });
    },
    async end(ids, state, reason) {
      database.transaction(() => {
        for (const id of ids) {
          const current = currentState(id);
          if (isFinal(CHANNEL_MESSAGE_TRANSITIONS, current)) continue;
          nextState(CHANNEL_MESSAGE_TRANSITIONS, `channel message ${id}`, current, state);
          setEnded.run({ id, state, reason: reason ?? null, at: now() });
        }
      });
    },
    async unfinished() {
      return open.all({ generation, limit: UNFINISHED_LIMIT }).map(messageRow);
    },
    async skipped({ channel, accountId, conversation }, { reason, before, limit }) {
      const where = { channel, accountId, conversation, before };
      const last = lastRouted.get(where);
      const after = last === undefined ? 0 : numeric(last, 'seq');
      return skipped
        .all({ ...where, after, reason, limit })
        .map((row) => json(row, 'event'))
        .reverse();
    },
    async depths() {
      const totals = new Map(countOpen.all({}).map((row) => [text(row, 'state'), numeric(row, 'total')]));
      return { received: totals.get('received') ?? 0, routed: totals.get('routed') ?? 0 };
    },
    async prune() {
      return database.transaction(
        () =>
          dropBodies.run({ before: now() - BODY_RETENTION_MS, limit: PRUNED_AT_ONCE }).changes +
          removeOld.run({ before: now() - KEY_RETENTION_MS, limit: PRUNED_AT_ONCE }).changes,
      );
    },
  };
}

function messageRow(row: Row): ChannelMessageRow {
  const reason = textOrUndefined(row, 'reason');
  const runId = textOrUndefined(row, 'run_id');
  const event = json(row, 'event');
  const plan = json(row, 'plan');
  return {
    id: numeric(row, 'seq'),
    ...place(row),
    messageId: text(row, 'message_id'),
    state: oneOf(row, 'state', STATES),
    receivedAt: numeric(row, 'received_at'),
    ...(reason === undefined ? {} : { reason }),
    ...(runId === undefined ? {} : { runId }),
    ...(event === undefined ? {} : { event }),
    ...(plan === undefined ? {} : { plan }),
  };
}

function place(row: Row): ChannelConversation {
  return {
    channel: text(row, 'channel'),
    accountId: text(row, 'account_id'),
    conversation: text(row, 'conversation'),
  };
}
