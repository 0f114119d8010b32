import type { BudgetAmount, BudgetRepository, BudgetSpend } from '../budgets.ts';
import { json, numeric, type Row, text } from '../database/columns.ts';
import type { Database } from '../database/database.ts';

/** Scopes are forgotten this long after their last call: longer than any period they stand for. */
const RETENTION_MS = 35 * 24 * 60 * 60 * 1000;

interface Reservation {
  readonly scopes: readonly string[];
  readonly amount: BudgetAmount;
}

/** Budgets in the database: single writer of `budget_*` rows. Every method is one transaction. */
export function createBudgets(deps: {
  readonly database: Database;
  readonly generation: string;
  readonly now: () => number;
}): BudgetRepository {
  const { database, generation, now } = deps;
  const find = database.statement<{ scope: string }>((query, slot) =>
    query.selectFrom('budget_spend').selectAll().where('scope', '=', slot('scope')),
  );
  const write = database.statement<{
    scope: string;
    micros: number;
    tokens: number;
    reservedMicros: number;
    reservedTokens: number;
    at: number;
  }>((query, slot) =>
    query
      .insertInto('budget_spend')
      .values({
        scope: slot('scope'),
        micros: slot('micros'),
        tokens: slot('tokens'),
        reserved_micros: slot('reservedMicros'),
        reserved_tokens: slot('reservedTokens'),
        updated_at: slot('at'),
      })
      .onConflict((conflict) =>
        conflict.column('scope').doUpdateSet((row) => ({
          micros: row.ref('excluded.micros'),
          tokens: row.ref('excluded.tokens'),
          reserved_micros: row.ref('excluded.reserved_micros'),
          reserved_tokens: row.ref('excluded.reserved_tokens'),
          updated_at: row.ref('excluded.updated_at'),
        })),
      ),
  );
  const insert = database.statement<{
    id: string;
    scopes: string;
    micros: number;
    tokens: number;
    generation: string;
    at: number;
  }>((query, slot) =>
    query.insertInto('budget_reservations').values({
      id: slot('id'),
      scopes: slot('scopes'),
      micros: slot('micros'),
      tokens: slot('tokens'),
      generation: slot('generation'),
      created_at: slot('at'),
    }),
  );
  const findReservation = database.statement<{ id: string }>((query, slot) =>
    query.selectFrom('budget_reservations').selectAll().where('id', '=', slot('id')),
  );
  const removeReservation = database.statement<{ id: string }>((query, slot) =>
    query.deleteFrom('budget_reservations').where('id', '=', slot('id')),
  );
  const leftBehind = database.statement<{ generation: string }>((query, slot) =>
    query.selectFrom('budget_reservations').selectAll().where('generation', '<>', slot('generation')),
  );
  const forget = database.statement<{ before: number }>((query, slot) =>
    query.deleteFrom('budget_spend').where('updated_at', '<', slot('before')),
  );

  const read = (scope: string): BudgetSpend => {
    const row = find.get({ scope });
    return row === undefined ? { scope, spent: NOTHING, reserved: NOTHING } : spendOf(row);
  };
  const change = (scope: string, spent: BudgetAmount, reserved: BudgetAmount): void => {
    const before = read(scope);
    const total = { spent: sum(before.spent, spent), reserved: sum(before.reserved, reserved) };
    write.run({
      scope,
      micros: total.spent.micros,
      tokens: total.spent.tokens,
      reservedMicros: total.reserved.micros,
      reservedTokens: total.reserved.tokens,
      at: now(),
    });
  };
  /** Takes a reservation out of its scopes and charges them `cost`. */
  const close = (id: string, cost: BudgetAmount): boolean => {
    const row = findReservation.get({ id });
    if (row === undefined) return false;
    const { scopes, amount } = reservationOf(row);
    for (const scope of scopes) change(scope, cost, { micros: -amount.micros, tokens: -amount.tokens });
    removeReservation.run({ id });
    return true;
  };

  return {
    reserve: async ({ id, limits, amount }) =>
      database.transaction(() => {
        for (const { scope, micros, tokens } of limits) {
          const { spent, reserved } = read(scope);
          const isFull =
            (micros !== undefined && spent.micros + reserved.micros >= micros) ||
            (tokens !== undefined && spent.tokens + reserved.tokens >= tokens);
          if (isFull) return { refused: { scope, spent, reserved } };
        }
        const scopes = limits.map(({ scope }) => scope);
        for (const scope of scopes) change(scope, NOTHING, amount);
        insert.run({ id, scopes: JSON.stringify(scopes), ...amount, generation, at: now() });
        return {};
      }),
    settle: async (id, amount) => database.transaction(() => close(id, amount)),
    release: async (id) => database.transaction(() => close(id, NOTHING)),
    spend: async (scopes) => scopes.map(read),
    recover: async () =>
      database.transaction(() => {
        const left = leftBehind.all({ generation });
        for (const row of left) close(text(row, 'id'), NOTHING);
        forget.run({ before: now() - RETENTION_MS });
        return left.length;
      }),
  };
}

const NOTHING: BudgetAmount = { micros: 0, tokens: 0 };

function sum(a: BudgetAmount, b: BudgetAmount): BudgetAmount {
  return { micros: a.micros + b.micros, tokens: a.tokens + b.tokens };
}

function spendOf(row: Row): BudgetSpend {
  return {
    scope: text(row, 'scope'),
    spent: { micros: numeric(row, 'micros'), tokens: numeric(row, 'tokens') },
    reserved: { micros: numeric(row, 'reserved_micros'), tokens: numeric(row, 'reserved_tokens') },
  };
}

function reservationOf(row: Row): Reservation {
  const scopes = json(row, 'scopes');
  return {
    scopes: Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : [],
    amount: { micros: numeric(row, 'micros'), tokens: numeric(row, 'tokens') },
  };
}
