import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { laneName } from '../deliveries/delivery-row.ts';
import { createDeliveryTable } from '../deliveries/delivery-table.ts';
import { MIGRATIONS } from '../migrations/index.ts';
import type { MigrationEntry } from '../migrations/migration.ts';
import { text } from './columns.ts';
import { type Database, openDatabase } from './database.ts';
import { StoreUnreadableError } from './errors.ts';
import { migrate } from './migrate.ts';

function appliedIn(database: Database): readonly string[] {
  return database.rows('select name from migrations order by name').map((row) => text(row, 'name'));
}

const broken: MigrationEntry = {
  name: '9999-broken',
  load: async () => ({
    statements: ({ schema }) => [
      schema.createTable('half_made').addColumn('id', 'integer'),
      schema.createTable('migrations').addColumn('id', 'integer'),
    ],
  }),
};

test('a new database gets every migration once, in order, and records them', async () => {
  const database = openDatabase(':memory:');
  await migrate(database, MIGRATIONS, () => 1);
  await migrate(database, MIGRATIONS, () => 2);
  expect(appliedIn(database)).toEqual(MIGRATIONS.map(({ name }) => name));
  expect(database.rows('select distinct applied_at from migrations')).toEqual([{ applied_at: 1 }]);
  database.close();
});

test('migrations are named in the order they run', () => {
  const names = MIGRATIONS.map(({ name }) => name);
  expect(names).toEqual([...names].sort());
  for (const name of names) expect(name).toMatch(/^\d{4}-[a-z-]+$/);
});

test('a migration that fails leaves nothing of itself', async () => {
  const database = openDatabase(':memory:');
  await expect(migrate(database, [...MIGRATIONS, broken], () => 0)).rejects.toThrow('already exists');
  expect(appliedIn(database)).toEqual(MIGRATIONS.map(({ name }) => name));
  expect(database.rows(`select name from sqlite_master where name = 'half_made'`)).toEqual([]);
  database.close();
});

test('a database of a newer version is refused, not changed', async () => {
  const database = openDatabase(':memory:');
  await migrate(database, MIGRATIONS, () => 0);
  const addNewer = database.statement((query) =>
    query.insertInto('migrations').values({ name: '9000-newer', applied_at: sql<number>`0` }),
  );
  addNewer.run({});
  await expect(migrate(database, MIGRATIONS, () => 0)).rejects.toThrow(StoreUnreadableError);
  await expect(migrate(database, MIGRATIONS, () => 0)).rejects.toThrow('was written by a newer version');
  database.close();
});

test('messages that waited in the lane of their topic are found in the lane of their chat', async () => {
  const database = openDatabase(':memory:');
  const before = MIGRATIONS.filter(({ name }) => name < '0024');
  await migrate(database, before, () => 0);
  const table = createDeliveryTable(database);
  const lane = { channel: 'telegram', accountId: 'work', to: '-100 "ü"' };
  const oldLane = JSON.stringify([lane.channel, lane.accountId, lane.to, '7']);
  const row = { channel: lane.channel, accountId: lane.accountId, target: lane.to, threadId: '7', lane: oldLane };
  const facts = {
    runId: null,
    sessionKey: null,
    agentId: null,
    answers: null,
    bestEffort: 0,
    mirror: null,
    createdAt: 1,
    readyAt: 1,
  };
  table.insert.run({ ...row, ...facts, key: 'run-1', partIndex: 0, part: '{}', generation: 'g' });
  expect(table.head.get({ lane: laneName(lane) })).toBeUndefined();
  await migrate(database, MIGRATIONS, () => 1);
  expect(table.head.get({ lane: laneName(lane) })).toMatchObject({ key: 'run-1' });
  database.close();
});
