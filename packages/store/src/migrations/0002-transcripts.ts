import { type SqlBool, sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Logs and their entries. A session id has at most one live log; a log's entries are read backwards by `seq`. */
export const transcripts: Migration = {
  statements: ({ schema }) => [
    schema
      .createTable('logs')
      .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('session_id', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull().check(sql`kind in ('live', 'reset', 'deleted', 'bak')`))
      .addColumn('created_at', 'integer', (column) => column.notNull())
      .addColumn('header', 'integer', (column) => column.notNull())
      .addColumn('file', 'text')
      .addColumn('file_bytes', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('file_seq', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('archived_at', 'integer')
      .addColumn('archive_file', 'text')
      .addColumn('archive_done', 'integer', (column) => column.notNull().defaultTo(0)),
    schema.createIndex('logs_session').on('logs').columns(['session_id', 'kind']),
    schema.createIndex('logs_to_move').on('logs').column('id').where(sql<SqlBool>`kind != 'live' and archive_done = 0`),
    schema.createIndex('logs_live').unique().on('logs').column('session_id').where(sql<SqlBool>`kind = 'live'`),
    schema.createIndex('logs_archived').on('logs').column('archived_at').where(sql<SqlBool>`archived_at is not null`),

    schema
      .createTable('entries')
      .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('log_id', 'integer', (column) => column.notNull().references('logs.id').onDelete('cascade'))
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('parent_id', 'text')
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('role', 'text')
      .addColumn('line', 'text', (column) => column.notNull()),
    schema.createIndex('entries_log').on('entries').columns(['log_id', 'seq']),
    schema.createIndex('entries_id').unique().on('entries').columns(['log_id', 'id']),
  ],
};
