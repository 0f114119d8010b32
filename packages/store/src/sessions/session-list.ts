import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import { numeric, type Row, text } from '../database/columns.ts';
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
  readonly keys: Statement<ListParams>;
  readonly count: Statement<ListParams>;
  readonly countHidden: Statement<ListParams>;
}

export interface SessionIndex {
  /** Newest first: the keys of the matches. Reads indexes only. */
  keys(query: SessionQuery): readonly string[];
  /** How many rows match, whatever the limit. Reads indexes only. */
  total(query: SessionQuery): number;
}

/** A few statements for each combination of filters; there are at most 128, and only those asked for are made. */
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
    keys: (query) =>
      statementsFor(query)
        .keys.all(listParams(query))
        .map((row) => text(row, 'key')),
    total(query) {
      const { count, countHidden } = statementsFor(query);
      const params = listParams(query);
      return totalOf(count.get(params)) - (hiddenKeys(query).length === 0 ? 0 : totalOf(countHidden.get(params)));
    },
  };
}

function createStatements(database: Database, asked: SessionQuery): ListStatements {
  const hidden = hiddenKeys(asked);
  return {
    keys: database.statement<ListParams>((query, slot) =>
      query
        .selectFrom('sessions')
        .select('key')
        .where((where) => where.and([...conditions(where, slot, asked), ...visible(where, hidden)]))
        .orderBy('updated_at', 'desc')
        .orderBy('key')
        .limit(slot('limit')),
    ),
    // Counting all and taking off the hidden keys is much quicker than comparing each key.
    count: database.statement<ListParams>((query, slot) => {
      const counted = query.selectFrom('sessions').select((select) => select.fn.countAll().as('total'));
      return narrows(asked) ? counted.where((where) => where.and(conditions(where, slot, asked))) : counted;
    }),
    countHidden: database.statement<ListParams>((query, slot) =>
      query
        .selectFrom('sessions')
        .select((select) => select.fn.countAll().as('total'))
        .where((where) => where.and([where('key', 'in', hidden), ...conditions(where, slot, asked)])),
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
  return all;
}

function visible(where: ExpressionBuilder<Schema, 'sessions'>, hidden: readonly string[]): Expression<SqlBool>[] {
  return hidden.map((key) => where('key', '!=', key));
}

function hiddenKeys(query: SessionQuery): string[] {
  return [
    ...(query.includeGlobal === true ? [] : [GLOBAL_KEY]),
    ...(query.includeUnknown === true ? [] : [UNKNOWN_KEY]),
  ];
}

function listParams(query: SessionQuery): ListParams {
  return {
    agentId: query.agentId ?? '',
    label: query.label ?? '',
    spawnedBy: query.spawnedBy ?? '',
    updatedSince: query.updatedSince ?? 0,
    search: (query.search ?? '').toLowerCase(),
    limit: Math.min(Math.max(query.limit ?? LIST_LIMIT, 0), LIST_LIMIT),
  };
}

function totalOf(row: Row | undefined): number {
  return row === undefined ? 0 : numeric(row, 'total');
}

function narrows(query: SessionQuery): boolean {
  return shapeOf({ ...query, includeGlobal: false, includeUnknown: false }).includes('1');
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
