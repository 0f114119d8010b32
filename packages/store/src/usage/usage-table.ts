import { json, numeric, numericOrUndefined, type Row, text, textOrUndefined } from '../database/columns.ts';
import type { Database } from '../database/database.ts';
import type { DayRange, DaySums, DayTotals } from '../usage.ts';
import { addDay, addModels, subtractModels } from './fold-usage.ts';
import { storedDay, storedModels } from './stored-sums.ts';

/** Rows of the `usage_…` tables, written only here. Writing functions belong inside a caller's transaction. */

/** What is known about a transcript beside its days. */
export interface SummedRow {
  readonly sessionId: string;
  readonly agentId: string;
  /** The file the sums were read from; undefined when they come from the log. */
  readonly file: string | undefined;
  readonly size: number;
  readonly mtimeMs: number;
  readonly lastUserAt: number | undefined;
  readonly lastAt: number;
}

export interface UsageTable {
  /** Every entry of the log up to here is in the sums. */
  progress(): number;
  setProgress(entrySeq: number): void;
  transcript(sessionId: string): SummedRow | undefined;
  /** Newest activity first, read as far as the caller goes. */
  newest(sinceMs: number): Iterable<SummedRow>;
  /** Transcripts that were summed from a file. */
  files(): readonly SummedRow[];
  save(row: SummedRow): void;
  /** Adds to what is there. */
  addDays(sessionId: string, days: Iterable<DaySums>): void;
  /** Forgets a transcript and takes its days out of the totals. */
  remove(sessionId: string): void;
  /** Forgets transcripts without activity since `before`, and the totals of those days. Returns how many went. */
  forget(before: number, limit: number): number;
  days(sessionId: string, range: DayRange): readonly DaySums[];
  totals(range: DayRange): readonly DayTotals[];
}

const EVER: DayRange = { from: '0000', to: '9999' };

export function createUsageTable(database: Database): UsageTable {
  const progress = database.statement((query) => query.selectFrom('usage_progress').select('entry_seq'));
  const setProgress = database.statement<{ seq: number }>((query, slot) =>
    query
      .insertInto('usage_progress')
      .values({ id: 1, entry_seq: slot('seq') })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ entry_seq: slot('seq') })),
  );
  const find = database.statement<{ sessionId: string }>((query, slot) =>
    query.selectFrom('usage_transcripts').selectAll().where('session_id', '=', slot('sessionId')),
  );
  const newest = database.statement<{ since: number }>((query, slot) =>
    query.selectFrom('usage_transcripts').selectAll().where('last_at', '>=', slot('since')).orderBy('last_at', 'desc'),
  );
  const files = database.statement((query) =>
    query.selectFrom('usage_transcripts').selectAll().where('file', 'is not', null),
  );
  const save = database.statement<{
    sessionId: string;
    agentId: string;
    file: string | null;
    size: number;
    mtimeMs: number;
    lastUserAt: number | null;
    lastAt: number;
  }>((query, slot) => {
    const values = {
      agent_id: slot('agentId'),
      file: slot('file'),
      size: slot('size'),
      mtime_ms: slot('mtimeMs'),
      last_user_at: slot('lastUserAt'),
      last_at: slot('lastAt'),
    };
    return query
      .insertInto('usage_transcripts')
      .values({ session_id: slot('sessionId'), ...values })
      .onConflict((conflict) => conflict.column('session_id').doUpdateSet(values));
  });
  const remove = database.statement<{ sessionId: string }>((query, slot) =>
    query.deleteFrom('usage_transcripts').where('session_id', '=', slot('sessionId')),
  );
  const idle = database.statement<{ before: number; limit: number }>((query, slot) =>
    query
      .selectFrom('usage_transcripts')
      .select('session_id')
      .where('last_at', '<', slot('before'))
      .limit(slot('limit')),
  );
  const daysOf = database.statement<{ sessionId: string; from: string; to: string }>((query, slot) =>
    query
      .selectFrom('usage_days')
      .select(['day', 'body'])
      .where('session_id', '=', slot('sessionId'))
      .where('day', '>=', slot('from'))
      .where('day', '<=', slot('to'))
      .orderBy('day'),
  );
  const saveDay = database.statement<{ sessionId: string; day: string; body: string }>((query, slot) =>
    query
      .insertInto('usage_days')
      .values({ session_id: slot('sessionId'), day: slot('day'), body: slot('body') })
      .onConflict((conflict) => conflict.columns(['session_id', 'day']).doUpdateSet({ body: slot('body') })),
  );
  const removeDays = database.statement<{ sessionId: string }>((query, slot) =>
    query.deleteFrom('usage_days').where('session_id', '=', slot('sessionId')),
  );
  const totalsOf = database.statement<{ from: string; to: string }>((query, slot) =>
    query
      .selectFrom('usage_totals')
      .select(['day', 'body'])
      .where('day', '>=', slot('from'))
      .where('day', '<=', slot('to'))
      .orderBy('day'),
  );
  const saveTotals = database.statement<{ day: string; body: string }>((query, slot) =>
    query
      .insertInto('usage_totals')
      .values({ day: slot('day'), body: slot('body') })
      .onConflict((conflict) => conflict.column('day').doUpdateSet({ body: slot('body') })),
  );
  const removeTotals = database.statement<{ day: string }>((query, slot) =>
    query.deleteFrom('usage_totals').where('day', '=', slot('day')),
  );

  const days: UsageTable['days'] = (sessionId, { from, to }) =>
    daysOf.all({ sessionId, from, to }).map((row) => storedDay(text(row, 'day'), json(row, 'body')));
  const totals: UsageTable['totals'] = ({ from, to }) =>
    totalsOf.all({ from, to }).map((row) => ({ day: text(row, 'day'), models: storedModels(json(row, 'body')) }));
  const totalOf = (day: string): DayTotals['models'] => totals({ from: day, to: day })[0]?.models ?? [];
  const removeTranscript = (sessionId: string): void => {
    for (const { day, models } of days(sessionId, EVER)) {
      const rest = subtractModels(totalOf(day), models);
      if (rest.length === 0) removeTotals.run({ day });
      else saveTotals.run({ day, body: JSON.stringify(rest) });
    }
    removeDays.run({ sessionId });
    remove.run({ sessionId });
  };

  return {
    progress() {
      const row = progress.get({});
      return row === undefined ? 0 : numeric(row, 'entry_seq');
    },
    setProgress: (seq) => void setProgress.run({ seq }),
    transcript(sessionId) {
      const row = find.get({ sessionId });
      return row && summedRow(row);
    },
    *newest(since) {
      for (const row of newest.each({ since })) yield summedRow(row);
    },
    files: () => files.all({}).map(summedRow),
    save({ file, lastUserAt, ...row }) {
      save.run({ ...row, file: file ?? null, lastUserAt: lastUserAt ?? null });
    },
    addDays(sessionId, added) {
      for (const sums of added) {
        const { day } = sums;
        const known = days(sessionId, { from: day, to: day })[0];
        saveDay.run({ sessionId, day, body: JSON.stringify(addDay(known, sums)) });
        if (sums.models.length > 0) {
          saveTotals.run({ day, body: JSON.stringify(addModels(totalOf(day), sums.models)) });
        }
      }
    },
    remove: removeTranscript,
    forget(before, limit) {
      const gone = idle.all({ before, limit }).map((row) => text(row, 'session_id'));
      for (const sessionId of gone) removeTranscript(sessionId);
      return gone.length;
    },
    days,
    totals,
  };
}

function summedRow(row: Row): SummedRow {
  return {
    sessionId: text(row, 'session_id'),
    agentId: text(row, 'agent_id'),
    file: textOrUndefined(row, 'file'),
    size: numeric(row, 'size'),
    mtimeMs: numeric(row, 'mtime_ms'),
    lastUserAt: numericOrUndefined(row, 'last_user_at'),
    lastAt: numeric(row, 'last_at'),
  };
}
