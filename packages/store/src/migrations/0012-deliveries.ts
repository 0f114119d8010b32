import { type SqlBool, sql } from 'kysely';
import type { Migration } from './migration.ts';

/**
 * Messages on their way to channels. A part of a sending exists once. `ready_at` is set while a row holds its place in
 * its conversation, so the partial indexes hold what there is to do and nothing that is over.
 */
export const deliveries: Migration = {
  statements: ({ schema }) => [
    schema
      .createTable('deliveries')
      .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('part_index', 'integer', (column) => column.notNull())
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('account_id', 'text', (column) => column.notNull())
      .addColumn('target', 'text', (column) => column.notNull())
      .addColumn('thread_id', 'text')
      .addColumn('lane', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) =>
        column.notNull().check(sql`state in ('pending', 'sending', 'ambiguous', 'delivered', 'dead')`),
      )
      .addColumn('part', 'text', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('failures', 'integer', (column) => column.notNull())
      .addColumn('generation', 'text', (column) => column.notNull())
      .addColumn('created_at', 'integer', (column) => column.notNull())
      .addColumn('ready_at', 'integer')
      .addColumn('ended_at', 'integer')
      .addColumn('receipt', 'text')
      .addColumn('reason', 'text')
      .addColumn('run_id', 'text')
      .addColumn('session_key', 'text')
      .addColumn('agent_id', 'text')
      .addColumn('answers', 'text')
      .addColumn('best_effort', 'integer', (column) => column.notNull()),
    schema.createIndex('deliveries_part').on('deliveries').columns(['key', 'part_index']).unique(),
    schema
      .createIndex('deliveries_waiting')
      .on('deliveries')
      .columns(['lane', 'id'])
      .where(sql<SqlBool>`ready_at is not null`),
    schema
      .createIndex('deliveries_open')
      .on('deliveries')
      .columns(['state', 'id'])
      .where(sql<SqlBool>`state <> 'delivered'`),
    schema.createIndex('deliveries_lane').on('deliveries').columns(['lane', 'id']),
    schema
      .createIndex('deliveries_ended')
      .on('deliveries')
      .column('ended_at')
      .where(sql<SqlBool>`ended_at is not null`),
  ],
};
