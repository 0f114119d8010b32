import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { createInboxTable } from '../ledger/inbox-table.ts';
import { MIGRATIONS } from '../migrations/index.ts';
import { stateFolder } from '../store-fixture.ts';
import { numeric, text } from './columns.ts';
import { type Database, openDatabase } from './database.ts';
import { explainStorageError, StoreFullError, StoreLockedError, StoreUnreadableError } from './errors.ts';
import { migrate } from './migrate.ts';

function inboxOf(database: Database) {
  const inbox = createInboxTable(database, 'generation');
  const row = { source: 'agent', agentId: 'main', sessionKey: 'k', receivedAt: 1 } as const;
  return (runId: string, body = '') => database.transaction(() => inbox.insert({ ...row, runId, body }));
}

async function freshDatabase(file = ':memory:'): Promise<Database> {
  const database = openDatabase(file);
  await migrate(database, MIGRATIONS, () => 0);
  return database;
}

describe('a full disk', () => {
  test('is said in a clear sentence, keeps nothing of the failed work, and is over when there is space again', async () => {
    const file = join(await stateFolder(), 'full.sqlite');
    const database = await freshDatabase(file);
    const insert = inboxOf(database);
    insert('before');
    const [pages] = database.rows('pragma page_count');
    database.exec(`pragma max_page_count = ${numeric(pages ?? {}, 'page_count') + 4}`);

    const fill = (): void => {
      database.transaction(() => {
        for (let n = 0; n < 100; n += 1) {
          database.exec(`insert into migrations values ('${'x'.repeat(1000)}${n}', 0)`);
        }
      });
    };
    expect(fill).toThrow(StoreFullError);
    expect(fill).toThrow(`There is no space left on the disk that holds ${file}.`);
    expect(database.rows('select name from migrations').length).toBe(MIGRATIONS.length);
    expect(() => insert('during', 'x'.repeat(100_000))).toThrow(StoreFullError);

    database.exec('pragma max_page_count = 100000');
    expect(insert('after', 'x'.repeat(100_000))).toBe(true);
    const runs = database.rows('select run_id from inbox order by seq').map((row) => text(row, 'run_id'));
    expect(runs).toEqual(['before', 'after']);
    database.close();
  });

  test('is recognised when the file system reports it', () => {
    const enospc = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    expect(explainStorageError(enospc, '/x')).toBeInstanceOf(StoreFullError);
    const shared = Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 4874 });
    expect(explainStorageError(shared, '/x')).toBeInstanceOf(StoreFullError);
  });
});

test('a file that is no database is named, with what to do', async () => {
  const file = join(await stateFolder(), 'broken.sqlite');
  await writeFile(file, 'this is no database, and long enough to be looked at '.repeat(100));
  expect(() => openDatabase(file)).toThrow(StoreUnreadableError);
});

test('other errors come back as they are', () => {
  const syntax = new SyntaxError('nonsense');
  expect(explainStorageError(syntax, '/x')).toBe(syntax);
  const busy = Object.assign(new Error('database is locked'), { errcode: 5 });
  expect(explainStorageError(busy, '/x')).toBeInstanceOf(StoreLockedError);
});

describe('a transaction', () => {
  test('that throws leaves no trace and lets the next one through', async () => {
    const database = await freshDatabase();
    const insert = inboxOf(database);
    expect(() =>
      database.transaction(() => {
        database.exec(`insert into migrations values ('half', 0)`);
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(insert('next')).toBe(true);
    expect(database.rows(`select name from migrations where name = 'half'`)).toEqual([]);
    database.close();
  });
});

describe('a statement', () => {
  test('binds slots by name and writes constants into the text', async () => {
    const database = await freshDatabase();
    const statement = database.statement<{ a: number; b: string }>((query, slot) =>
      query.selectNoFrom([
        sql<string>`${slot('b')}`.as('second'),
        sql<number>`${slot('a')}`.as('first'),
        sql<string>`${slot('b')}`.as('again'),
        sql<string>`${"it's"}`.as('constant'),
      ]),
    );
    expect(statement.get({ a: 1, b: 'two' })).toEqual({ second: 'two', first: 1, again: 'two', constant: "it's" });
    database.close();
  });

  test('on open rows uses the index that holds open rows only', async () => {
    const database = await freshDatabase();
    const plan = database
      .rows(
        `explain query plan select state, count(*) from inbox where state in ('received', 'running') group by state`,
      )
      .map((row) => text(row, 'detail'));
    expect(plan.join()).toContain('inbox_open');
    database.close();
  });
});
