import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Schema } from './schema.ts';

/** Stands in a query for a value that is given at each run. */
export class SlotMarker {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Builds and compiles queries for SQLite; running them is the database's business (see `database.ts`). */
export type QueryBuilder = Kysely<Schema>;

export function createQueryBuilder(): QueryBuilder {
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new LiteralQueryCompiler(),
    },
  });
}

/** Writes constants into the SQL, so that SQLite can see that a partial index fits; only slots become placeholders. */
class LiteralQueryCompiler extends SqliteQueryCompiler {
  protected override appendValue(value: unknown): void {
    if (value instanceof SlotMarker) super.appendValue(value);
    else this.appendImmediateValue(value);
  }
}
