import type { SQLInputValue } from 'node:sqlite';
import { type Compilable, type RawBuilder, sql } from 'kysely';
import type { Row } from './columns.ts';
import { type QueryBuilder, SlotMarker } from './query-builder.ts';

export type Params = Readonly<Record<string, SQLInputValue>>;

/** Stands in a query for a value given at each run. Typed like the parameter, so Kysely checks it against the column. */
export type Slot<P extends Params> = <K extends keyof P & string>(name: K) => RawBuilder<P[K]>;

export type BuildQuery<P extends Params> = (query: QueryBuilder, slot: Slot<P>) => Compilable;

/** A query that is built and compiled once and run many times. All methods are synchronous. */
export interface Statement<P extends Params> {
  run(params: P): { readonly changes: number; readonly lastId: number };
  get(params: P): Row | undefined;
  all(params: P): readonly Row[];
  /** Reads row by row; leaving the loop early stops the read. Do not run the same statement inside the loop. */
  each(params: P): Iterable<Row>;
}

/** SQL text and, in the order of its placeholders, the values of a run. */
export interface CompiledStatement<P extends Params> {
  readonly sql: string;
  bind(params: P): SQLInputValue[];
}

/** Compiles a query whose values are slots or constants. */
export function compileStatement<P extends Params>(query: QueryBuilder, build: BuildQuery<P>): CompiledStatement<P> {
  const compiled = build(query, (name) => sql`${new SlotMarker(name)}`).compile();
  const names = compiled.parameters.map((marker) => (marker instanceof SlotMarker ? marker.name : ''));
  return { sql: compiled.sql, bind: (params) => names.map((name) => slotValue(params, name)) };
}

function slotValue(params: Params, name: string): SQLInputValue {
  const value = params[name];
  if (value === undefined) throw new TypeError(`no value for the query parameter ${name}`);
  return value;
}
