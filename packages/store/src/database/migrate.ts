import type { MigrationEntry } from '../migrations/migration.ts';
import { text } from './columns.ts';
import type { Database } from './database.ts';
import { StoreUnreadableError } from './errors.ts';
import { createQueryBuilder } from './query-builder.ts';

/**
 * Brings the schema up to date. Each migration is one transaction together with the row that records it, so a crash
 * leaves either all or nothing of it. Throws StoreUnreadableError when the database knows migrations that we do not.
 */
export async function migrate(
  database: Database,
  migrations: readonly MigrationEntry[],
  now: () => number,
): Promise<void> {
  database.exec('create table if not exists migrations (name text primary key, applied_at integer not null)');
  const applied = new Set(database.rows('select name from migrations').map((row) => text(row, 'name')));
  refuseUnknown(database.file, applied, migrations);
  for (const { name, load } of migrations) {
    if (applied.has(name)) continue;
    const migration = await load();
    const statements = migration.statements(createQueryBuilder()).map((statement) => statement.compile().sql);
    const record = database.statement<{ name: string; at: number }>((query, slot) =>
      query.insertInto('migrations').values({ name: slot('name'), applied_at: slot('at') }),
    );
    database.transaction(() => {
      for (const statement of statements) database.exec(statement);
      record.run({ name, at: now() });
    });
  }
}

function refuseUnknown(file: string, applied: ReadonlySet<string>, migrations: readonly MigrationEntry[]): void {
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = [...applied].find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new StoreUnreadableError(
    `The database ${file} was written by a newer version (it has the change "${unknown}"). Start that version, or move the file away.`,
  );
}
