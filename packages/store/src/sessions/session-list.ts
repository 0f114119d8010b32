import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import { numeric } from '../database/columns.ts';
import type { Database } from '../database/database.ts';
import type { Schema } from '../database/schema.ts';
import type { Slot, Statement } from '../database/statement.ts';
import type { SessionQuery } from '../sessions.ts';

/** Rows a list without a limit may have. */
const LIST_LIMIT = 100_000;
/** Session keys that a list hides unless asked (reference agent/sessions.md §1.1). */
const GLOBAL_KEY = 'global';
const UNKNOWN_KEY = 'unknown';

interface ListParams extends Record<string, string | number> {
  agentId: string;
  label: string;
  spawnedBy: string;
  updatedSince: number;
  search: string;
  limit: number;
}

interface ListStatements {
  readonly page: Statement<ListParams>;
  readonly count: Statement<ListParams>;
}

export interface SessionIndex {
  /** How many rows match, and the `seq` of those on the page, newest first. Reads indexes, not entries. */
  find(query: SessionQuery): { readonly total: number; readonly seqs: readonly number[] };
}

/** One pair of statements a combination of filters; there are at most 128, and only those asked for are made. */
export function createSessionIndex(database: Database): SessionIndex {
  const shapes = new Map<string, ListStatements>();

  const statementsFor = (query: SessionQuery): ListStatements => {
    const shape = shapeOf(query);
    const known = shapes.get(shape);
    if (known !== undefined) return known;
    const made = createStatements(database, query);
    shapes.set(shape, made);
    return made;
  };

  return {
    find(query) {
      const { page, count } = statementsFor(query);
      const params: ListParams = {
        agentId: query.agentId ?? '',
        label: query.label ?? '',
        spawnedBy: query.spawnedBy ?? '',
        updatedSince: query.updatedSince ?? 0,
        search: (query.search ?? '').toLowerCase(),
        limit: Math.min(query.limit ?? LIST_LIMIT, LIST_LIMIT),
      };
      const seqs = page.all(params).map((row) => numeric(row, 'seq'));
      if (seqs.length < params.limit) return { total: seqs.length, seqs };
      const counted = count.get(params);
      return { total: counted === undefined ? 0 : numeric(counted, 'total'), seqs };
    },
  };
}

function createStatements(database: Database, asked: SessionQuery): ListStatements {
  return {
    page: database.statement<ListParams>((query, slot) =>
      query
        .selectFrom('sessions')
        .select('seq')
        .where((where) => where.and(conditions(where, slot, asked)))
        .orderBy('updated_at', 'desc')
        .orderBy('key')
        .limit(slot('limit')),
    ),
    count: database.statement<ListParams>((query, slot) =>
      query
        .selectFrom('sessions')
        .select((select) => select.fn.countAll().as('total'))
        .where((where) => where.and(conditions(where, slot, asked))),
    ),
  };
}

function conditions(
  where: ExpressionBuilder<Schema, 'sessions'>,
  slot: Slot<ListParams>,
  asked: SessionQuery,
): Expression<SqlBool>[] {
  const all: Expression<SqlBool>[] = [];
  if (asked.agentId !== undefined) all.push(where('agent_id', '=', slot('agentId')));
  if (asked.label !== undefined) all.push(where('label', '=', slot('label')));
  if (asked.spawnedBy !== undefined) all.push(where('spawned_by', '=', slot('spawnedBy')));
  if (asked.updatedSince !== undefined) all.push(where('updated_at', '>=', slot('updatedSince')));
  if (hasSearch(asked)) all.push(sql<SqlBool>`instr(search, ${slot('search')}) > 0`);
  if (asked.includeGlobal !== true) all.push(where('key', '!=', GLOBAL_KEY));
  if (asked.includeUnknown !== true) all.push(where('key', '!=', UNKNOWN_KEY));
  return all;
}

function shapeOf(query: SessionQuery): string {
  const flags = [
    query.agentId !== undefined,
    query.label !== undefined,
    query.spawnedBy !== undefined,
    query.updatedSince !== undefined,
    hasSearch(query),
    query.includeGlobal === true,
    query.includeUnknown === true,
  ];
  return flags.map(Number).join('');
}

function hasSearch(query: SessionQuery): boolean {
  return query.search !== undefined && query.search !== '';
}
