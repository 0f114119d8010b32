import { type SqlBool, sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Messages of channels. One of the same id in the same conversation exists once; the partial indexes hold what a start and a group's history look at. */
export const channelInbox: Migration = {
  statements: ({ schema }) => [
    schema
      .createTable('channel_inbox')
      .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('account_id', 'text', (column) => column.notNull())
      .addColumn('conversation', 'text', (column) => column.notNull())
      .addColumn('message_id', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) =>
        column.notNull().check(sql`state in ('received', 'routed', 'handed', 'declined', 'failed')`),
      )
      .addColumn('reason', 'text')
      .addColumn('event', 'text')
      .addColumn('run_id', 'text')
      .addColumn('plan', 'text')
      .addColumn('received_at', 'integer', (column) => column.notNull())
      .addColumn('ended_at', 'integer')
      .addColumn('generation', 'text', (column) => column.notNull()),
    schema
      .createIndex('channel_inbox_message')
      .on('channel_inbox')
      .columns(['channel', 'account_id', 'conversation', 'message_id'])
      .unique(),
    schema
      .createIndex('channel_inbox_open')
      .on('channel_inbox')
      .column('seq')
      .where(sql<SqlBool>`state in ('received', 'routed')`),
    schema
      .createIndex('channel_inbox_history')
      .on('channel_inbox')
      .columns(['channel', 'account_id', 'conversation', 'state', 'seq']),
    schema
      .createIndex('channel_inbox_ended')
      .on('channel_inbox')
      .column('ended_at')
      .where(sql<SqlBool>`ended_at is not null`),
  ],
};
