import type { AuditEntry, AuditExtent, AuditLog, AuditMark } from '../audit.ts';
import { numeric, type Row, text } from '../database/columns.ts';
import type { Database } from '../database/database.ts';
import { entryHash, GENESIS } from './chain.ts';

/** Entries that are kept; the oldest go, and the base remembers where the chain begins then. */
const KEPT_ENTRIES = 2_000_000;
const REMOVED_AT_ONCE = 1_000;

/** The audit log in the database: single writer of `audit` and `audit_extent`. */
export function createAuditLog(deps: { readonly database: Database; readonly now: () => number }): AuditLog {
  const { database, now } = deps;
  const insert = database.statement<{ seq: number; at: number; body: string; hash: string }>((query, slot) =>
    query.insertInto('audit').values({ seq: slot('seq'), at: slot('at'), body: slot('body'), hash: slot('hash') }),
  );
  const readExtent = database.statement((query) => query.selectFrom('audit_extent').selectAll());
  const writeExtent = database.statement<{ baseSeq: number; baseHash: string; headSeq: number; headHash: string }>(
    (query, slot) =>
      query.replaceInto('audit_extent').values({
        id: 1,
        base_seq: slot('baseSeq'),
        base_hash: slot('baseHash'),
        head_seq: slot('headSeq'),
        head_hash: slot('headHash'),
      }),
  );
  const find = database.statement<{ seq: number }>((query, slot) =>
    query.selectFrom('audit').selectAll().where('seq', '=', slot('seq')),
  );
  const removeUpTo = database.statement<{ seq: number }>((query, slot) =>
    query.deleteFrom('audit').where('seq', '<=', slot('seq')),
  );
  const recent = database.statement<{ before: number; limit: number }>((query, slot) =>
    query.selectFrom('audit').selectAll().where('seq', '<', slot('before')).orderBy('seq', 'desc').limit(slot('limit')),
  );
  const page = database.statement<{ after: number; limit: number }>((query, slot) =>
    query.selectFrom('audit').selectAll().where('seq', '>', slot('after')).orderBy('seq').limit(slot('limit')),
  );

  function extent(): AuditExtent | undefined {
    const row = readExtent.get({});
    if (row === undefined) return undefined;
    return {
      base: { seq: numeric(row, 'base_seq'), hash: text(row, 'base_hash') },
      head: { seq: numeric(row, 'head_seq'), hash: text(row, 'head_hash') },
    };
  }

  /** The new base after the oldest entries went, when there are too many. */
  function shortened({ base, head }: AuditExtent): AuditExtent['base'] {
    const surplus = head.seq - base.seq - KEPT_ENTRIES;
    if (surplus < REMOVED_AT_ONCE) return base;
    const row = find.get({ seq: base.seq + surplus });
    if (row === undefined) return base;
    removeUpTo.run({ seq: base.seq + surplus });
    return { seq: base.seq + surplus, hash: text(row, 'hash') };
  }

  function write(bodies: readonly unknown[]): void {
    database.transaction(() => {
      const { base, head } = extent() ?? { base: GENESIS, head: GENESIS };
      const last = bodies.reduce<AuditMark>((previous, body) => {
        const entry = { seq: previous.seq + 1, at: now(), body: JSON.stringify(body) };
        const written = { ...entry, hash: entryHash(previous.hash, entry) };
        insert.run(written);
        return written;
      }, head);
      const kept = shortened({ base, head: last });
      writeExtent.run({ baseSeq: kept.seq, baseHash: kept.hash, headSeq: last.seq, headHash: last.hash });
    });
  }

  return {
    append: (body) => write([body]),
    appendAll: write,
    recent: (limit, before = Number.MAX_SAFE_INTEGER) => recent.all({ before, limit }).map(readEntry),
    page: (after, limit) => page.all({ after, limit }).map(readEntry),
    extent,
  };
}

function readEntry(row: Row): AuditEntry {
  return { seq: numeric(row, 'seq'), at: numeric(row, 'at'), body: text(row, 'body'), hash: text(row, 'hash') };
}
