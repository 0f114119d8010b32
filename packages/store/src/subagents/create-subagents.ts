import { json, numeric, numericOrUndefined, oneOf, type Row, text, textOrUndefined } from '../database/columns.ts';
import type { Database } from '../database/database.ts';
import { SUBAGENT_TRANSITIONS } from '../states.ts';
import type { SubagentEnding, SubagentRepository, SubagentRow, SubagentState } from '../subagents.ts';

const STATES: readonly SubagentState[] = ['running', 'ended', 'settled'];
const ENDINGS: readonly SubagentEnding[] = ['done', 'failed', 'timeout', 'killed'];
/** Settled runs are kept this long, so that lists can still show them. */
const RETENTION_MS = 7 * 24 * 60 * 60 * 1000;

/** Sub-agent runs in the database: single writer of `subagents` rows. Every method is one transaction. */
export function createSubagents(deps: { readonly database: Database; readonly now: () => number }): SubagentRepository {
  const { database, now } = deps;
  const find = database.statement<{ runId: string }>((query, slot) =>
    query.selectFrom('subagents').selectAll().where('run_id', '=', slot('runId')),
  );
  const insert = database.statement<{
    runId: string;
    sessionKey: string;
    requesterKey: string;
    label: string;
    task: string;
    model: string | null;
    cleanup: string;
    turn: string;
    startedAt: number;
  }>((query, slot) =>
    query.insertInto('subagents').values({
      run_id: slot('runId'),
      session_key: slot('sessionKey'),
      requester_key: slot('requesterKey'),
      state: 'running',
      label: slot('label'),
      task: slot('task'),
      model: slot('model'),
      cleanup: slot('cleanup'),
      turn: slot('turn'),
      started_at: slot('startedAt'),
    }),
  );
  const removeOld = database.statement<{ before: number }>((query, slot) =>
    query
      .deleteFrom('subagents')
      .where('started_at', '<', slot('before'))
      .where('state', '=', 'settled')
      .where('archive_at', 'is', null),
  );
  const setEnded = database.statement<{
    runId: string;
    status: string;
    reply: string;
    error: string | null;
    endedAt: number;
  }>((query, slot) =>
    query
      .updateTable('subagents')
      .set({
        state: 'ended',
        status: slot('status'),
        reply: slot('reply'),
        error: slot('error'),
        ended_at: slot('endedAt'),
      })
      .where('run_id', '=', slot('runId')),
  );
  const setReply = database.statement<{ runId: string; reply: string }>((query, slot) =>
    query
      .updateTable('subagents')
      .set({ reply: slot('reply') })
      .where('run_id', '=', slot('runId')),
  );
  const setSettled = database.statement<{ runId: string; archiveAt: number | null }>((query, slot) =>
    query
      .updateTable('subagents')
      .set({ state: 'settled', archive_at: slot('archiveAt') })
      .where('run_id', '=', slot('runId')),
  );
  const forgetArchive = database.statement<{ runId: string }>((query, slot) =>
    query.updateTable('subagents').set({ archive_at: null }).where('run_id', '=', slot('runId')),
  );
  const ofRequester = database.statement<{ requesterKey: string; limit: number }>((query, slot) =>
    query
      .selectFrom('subagents')
      .selectAll()
      .where('requester_key', '=', slot('requesterKey'))
      .orderBy('seq', 'desc')
      .limit(slot('limit')),
  );
  const ofSession = database.statement<{ sessionKey: string }>((query, slot) =>
    query
      .selectFrom('subagents')
      .selectAll()
      .where('session_key', '=', slot('sessionKey'))
      .orderBy('seq', 'desc')
      .limit(1),
  );
  const unsettled = database.statement<{ limit: number }>((query, slot) =>
    query.selectFrom('subagents').selectAll().where('state', '<>', 'settled').orderBy('seq').limit(slot('limit')),
  );
  const due = database.statement<{ now: number; limit: number }>((query, slot) =>
    query
      .selectFrom('subagents')
      .selectAll()
      .where('archive_at', '<=', slot('now'))
      .orderBy('archive_at')
      .limit(slot('limit')),
  );

  /** Runs `write` when the row may go to `to`; false when there is no row or it may not. */
  function move(runId: string, to: SubagentState, write: () => void): boolean {
    return database.transaction(() => {
      const row = find.get({ runId });
      if (row === undefined || !SUBAGENT_TRANSITIONS[oneOf(row, 'state', STATES)].includes(to)) return false;
      write();
      return true;
    });
  }

  return {
    async open({ model, turn, ...row }) {
      database.transaction(() => {
        removeOld.run({ before: now() - RETENTION_MS });
        insert.run({ ...row, model: model ?? null, turn: JSON.stringify(turn) });
      });
    },
    end: async (runId, { status, reply, error }) =>
      move(runId, 'ended', () => setEnded.run({ runId, status, reply, error: error ?? null, endedAt: now() })),
    async revise(runId, reply) {
      return database.transaction(() => {
        const row = find.get({ runId });
        if (row === undefined || oneOf(row, 'state', STATES) !== 'ended') return false;
        setReply.run({ runId, reply });
        return true;
      });
    },
    settle: async (runId, archiveAt) =>
      move(runId, 'settled', () => setSettled.run({ runId, archiveAt: archiveAt ?? null })),
    async find(runId) {
      const row = find.get({ runId });
      return row && subagentRow(row);
    },
    async ofRequester(requesterKey, limit) {
      return ofRequester.all({ requesterKey, limit }).map(subagentRow);
    },
    async ofSession(sessionKey) {
      const row = ofSession.get({ sessionKey });
      return row && subagentRow(row);
    },
    async unsettled(limit) {
      return unsettled.all({ limit }).map(subagentRow);
    },
    async due(at, limit) {
      return due.all({ now: at, limit }).map(subagentRow);
    },
    async archived(runId) {
      database.transaction(() => forgetArchive.run({ runId }));
    },
  };
}

function subagentRow(row: Row): SubagentRow {
  const model = textOrUndefined(row, 'model');
  const endedAt = numericOrUndefined(row, 'ended_at');
  const archiveAt = numericOrUndefined(row, 'archive_at');
  const error = textOrUndefined(row, 'error');
  return {
    runId: text(row, 'run_id'),
    sessionKey: text(row, 'session_key'),
    requesterKey: text(row, 'requester_key'),
    state: oneOf(row, 'state', STATES),
    label: text(row, 'label'),
    task: text(row, 'task'),
    ...(model !== undefined && { model }),
    cleanup: oneOf(row, 'cleanup', ['keep', 'delete']),
    turn: json(row, 'turn'),
    startedAt: numeric(row, 'started_at'),
    ...(endedAt !== undefined && { endedAt }),
    ...(row.status !== null && {
      result: {
        status: oneOf(row, 'status', ENDINGS),
        reply: textOrUndefined(row, 'reply') ?? '',
        ...(error !== undefined && { error }),
      },
    }),
    ...(archiveAt !== undefined && { archiveAt }),
  };
}
