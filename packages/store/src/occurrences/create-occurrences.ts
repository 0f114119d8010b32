import { json, numeric, numericOrUndefined, oneOf, type Row, text } from '../database/columns.ts';
import type { Database } from '../database/database.ts';
import type { OccurrenceRepository, OccurrenceRow, OccurrenceState } from '../occurrences.ts';
import { nextState, OCCURRENCE_TRANSITIONS } from '../states.ts';

const STATES: readonly OccurrenceState[] = ['planned', 'running', 'ran', 'delivering', 'finished'];
/** Finished rows are kept this long, so that a due time stays claimed when the clock goes back. */
const RETENTION_MS = 7 * 24 * 60 * 60 * 1000;

/** Occurrences in the database: single writer of `occurrences` rows. Every method is one transaction. */
export function createOccurrences(deps: {
  readonly database: Database;
  /** The lease: the process that runs a row. */
  readonly generation: string;
  readonly now: () => number;
}): OccurrenceRepository {
  const { database, generation, now } = deps;
  const find = database.statement<{ id: string }>((query, slot) =>
    query.selectFrom('occurrences').selectAll().where('id', '=', slot('id')),
  );
  const insert = database.statement<{ id: string; jobId: string; dueAt: number; job: string; generation: string }>(
    (query, slot) =>
      query
        .insertInto('occurrences')
        .values({
          id: slot('id'),
          job_id: slot('jobId'),
          due_at: slot('dueAt'),
          state: 'planned',
          job: slot('job'),
          generation: slot('generation'),
        })
        .onConflict((conflict) => conflict.columns(['job_id', 'due_at']).doNothing()),
  );
  const removeEnded = database.statement<{ before: number }>((query, slot) =>
    query.deleteFrom('occurrences').where('ended_at', '<', slot('before')),
  );
  const lease = database.statement<{ id: string; generation: string; at: number }>((query, slot) =>
    query
      .updateTable('occurrences')
      .set({ state: 'running', generation: slot('generation'), started_at: slot('at') })
      .where('id', '=', slot('id')),
  );
  const advance = database.statement<{ id: string; state: OccurrenceState }>((query, slot) =>
    query
      .updateTable('occurrences')
      .set({ state: slot('state') })
      .where('id', '=', slot('id')),
  );
  const keep = database.statement<{ id: string; state: OccurrenceState; result: string; endedAt: number | null }>(
    (query, slot) =>
      query
        .updateTable('occurrences')
        .set({ state: slot('state'), result: slot('result'), ended_at: slot('endedAt') })
        .where('id', '=', slot('id')),
  );
  const open = database.statement<{ generation: string; limit: number }>((query, slot) =>
    query
      .selectFrom('occurrences')
      .selectAll()
      .where('state', '<>', 'finished')
      .where('generation', '<>', slot('generation'))
      .orderBy('due_at')
      .limit(slot('limit')),
  );

  /** The row, once it is known that it may go to `to`. */
  function checked(id: string, to: OccurrenceState): OccurrenceRow {
    const row = find.get({ id });
    if (row === undefined) throw new Error(`no occurrence ${id}`);
    const found = occurrenceRow(row);
    nextState(OCCURRENCE_TRANSITIONS, `occurrence ${id}`, found.state, to);
    return found;
  }

  return {
    async plan({ id, jobId, dueAt, job }) {
      return database.transaction(() => {
        removeEnded.run({ before: now() - RETENTION_MS });
        return insert.run({ id, jobId, dueAt, job: JSON.stringify(job), generation }).changes === 1;
      });
    },
    async start(id) {
      return database.transaction(() => {
        const row = checked(id, 'running');
        const startedAt = row.startedAt ?? now();
        lease.run({ id, generation, at: startedAt });
        return { ...row, state: 'running', startedAt };
      });
    },
    async ran(id, result) {
      database.transaction(() => {
        checked(id, 'ran');
        keep.run({ id, state: 'ran', result: JSON.stringify(result), endedAt: null });
      });
    },
    async startDelivery(id) {
      database.transaction(() => {
        checked(id, 'delivering');
        advance.run({ id, state: 'delivering' });
      });
    },
    async finish(id, result) {
      database.transaction(() => {
        checked(id, 'finished');
        keep.run({ id, state: 'finished', result: JSON.stringify(result), endedAt: now() });
      });
    },
    async unfinished(limit) {
      return open.all({ generation, limit }).map(occurrenceRow);
    },
  };
}

function occurrenceRow(row: Row): OccurrenceRow {
  const startedAt = numericOrUndefined(row, 'started_at');
  const result = json(row, 'result');
  return {
    id: text(row, 'id'),
    jobId: text(row, 'job_id'),
    dueAt: numeric(row, 'due_at'),
    state: oneOf(row, 'state', STATES),
    job: json(row, 'job'),
    ...(startedAt !== undefined && { startedAt }),
    ...(result !== undefined && { result }),
  };
}
