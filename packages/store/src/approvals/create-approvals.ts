import type { ApprovalDecision, ApprovalRepository, ApprovalRow, ApprovalState } from '../approvals.ts';
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
import { APPROVAL_TRANSITIONS } from '../states.ts';

const STATES: readonly ApprovalState[] = ['pending', 'decided', 'expired', 'used'];
const DECISIONS: readonly ApprovalDecision[] = ['allow-once', 'allow-always', 'deny'];
/** Ended approvals are kept this long, so that a log line or a client can still be explained. */
const RETENTION_MS = 7 * 24 * 60 * 60 * 1000;

/** Approvals in the database: single writer of `approvals` rows. Every method is one transaction. */
export function createApprovals(deps: { readonly database: Database; readonly now: () => number }): ApprovalRepository {
  const { database, now } = deps;
  const find = database.statement<{ id: string }>((query, slot) =>
    query.selectFrom('approvals').selectAll().where('id', '=', slot('id')),
  );
  const insert = database.statement<{
    id: string;
    request: string;
    requestedBy: string;
    continuation: string | null;
    createdAt: number;
    expiresAt: number;
  }>((query, slot) =>
    query.insertInto('approvals').values({
      id: slot('id'),
      state: 'pending',
      request: slot('request'),
      requested_by: slot('requestedBy'),
      continuation: slot('continuation'),
      created_at: slot('createdAt'),
      expires_at: slot('expiresAt'),
    }),
  );
  const remove = database.statement<{ id: string }>((query, slot) =>
    query.deleteFrom('approvals').where('id', '=', slot('id')),
  );
  const removeEnded = database.statement<{ before: number }>((query, slot) =>
    query.deleteFrom('approvals').where('resolved_at', '<', slot('before')),
  );
  const settle = database.statement<{
    id: string;
    state: ApprovalState;
    decision: string | null;
    by: string | null;
    at: number;
  }>((query, slot) =>
    query
      .updateTable('approvals')
      .set({ state: slot('state'), decision: slot('decision'), resolved_by: slot('by'), resolved_at: slot('at') })
      .where('id', '=', slot('id')),
  );
  const markUsed = database.statement<{ id: string }>((query, slot) =>
    query.updateTable('approvals').set({ state: 'used' }).where('id', '=', slot('id')),
  );
  const unfinished = database.statement<{ limit: number }>((query, slot) =>
    query
      .selectFrom('approvals')
      .selectAll()
      .where('state', '<>', 'used')
      .where((is) => is.or([is('state', '=', 'pending'), is('continuation', 'is not', null)]))
      .orderBy('created_at')
      .limit(slot('limit')),
  );
  const countPending = database.statement((query) =>
    query
      .selectFrom('approvals')
      .select((select) => select.fn.countAll().as('total'))
      .where('state', '=', 'pending'),
  );

  /** Runs `write` when the row may go to `to`; false when there is no row or it may not. */
  function move(id: string, to: ApprovalState, write: () => void): boolean {
    return database.transaction(() => {
      const row = find.get({ id });
      if (row === undefined || !APPROVAL_TRANSITIONS[oneOf(row, 'state', STATES)].includes(to)) return false;
      write();
      return true;
    });
  }

  return {
    async open(row, heldSince) {
      return database.transaction(() => {
        removeEnded.run({ before: now() - RETENTION_MS });
        const before = find.get({ id: row.id });
        if (before !== undefined) {
          const endedAt = numericOrUndefined(before, 'resolved_at');
          if (endedAt === undefined || endedAt > heldSince) return false;
          remove.run({ id: row.id });
        }
        insert.run({
          id: row.id,
          request: JSON.stringify(row.request),
          requestedBy: JSON.stringify(row.requestedBy),
          continuation: jsonColumn(row.continuation),
          createdAt: row.createdAt,
          expiresAt: row.expiresAt,
        });
        return true;
      });
    },
    async find(id) {
      const row = find.get({ id });
      return row && approvalRow(row);
    },
    decide: async (id, { decision, resolvedBy }) =>
      move(id, 'decided', () => settle.run({ id, state: 'decided', decision, by: resolvedBy ?? null, at: now() })),
    expire: async (id) =>
      move(id, 'expired', () => settle.run({ id, state: 'expired', decision: null, by: null, at: now() })),
    use: async (id) => move(id, 'used', () => markUsed.run({ id })),
    async unfinished(limit) {
      return unfinished.all({ limit }).map(approvalRow);
    },
    async countPending() {
      const row = countPending.get({});
      return row === undefined ? 0 : numeric(row, 'total');
    },
  };
}

function approvalRow(row: Row): ApprovalRow {
  const continuation = json(row, 'continuation');
  const decision = row.decision === null ? undefined : oneOf(row, 'decision', DECISIONS);
  const resolvedBy = textOrUndefined(row, 'resolved_by');
  const resolvedAt = numericOrUndefined(row, 'resolved_at');
  return {
    id: text(row, 'id'),
    state: oneOf(row, 'state', STATES),
    request: json(row, 'request'),
    requestedBy: json(row, 'requested_by'),
    ...(continuation !== undefined && { continuation }),
    createdAt: numeric(row, 'created_at'),
    expiresAt: numeric(row, 'expires_at'),
    ...(decision !== undefined && { decision }),
    ...(resolvedBy !== undefined && { resolvedBy }),
    ...(resolvedAt !== undefined && { resolvedAt }),
  };
}
