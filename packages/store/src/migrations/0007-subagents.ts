import { type SqlBool, sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Sub-agent runs. The partial index holds what a start has to look at: everything its requester has not heard of yet. */
export const subagents: Migration = {
  statements: ({ schema }) => [
    schema
      .createTable('subagents')
      .addColumn('seq', 'integer', (column) => column.primaryKey())
      .addColumn('run_id', 'text', (column) => column.notNull().unique())
      .addColumn('session_key', 'text', (column) => column.notNull())
      .addColumn('requester_key', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull().check(sql`state in ('running', 'ended', 'settled')`))
      .addColumn('label', 'text', (column) => column.notNull())
      .addColumn('task', 'text', (column) => column.notNull())
      .addColumn('model', 'text')
      .addColumn('cleanup', 'text', (column) => column.notNull().check(sql`cleanup in ('keep', 'delete')`))
      .addColumn('turn', 'text', (column) => column.notNull())
      .addColumn('started_at', 'integer', (column) => column.notNull())
      .addColumn('ended_at', 'integer')
      .addColumn('status', 'text')
      .addColumn('reply', 'text')
      .addColumn('error', 'text')
      .addColumn('archive_at', 'integer'),
    schema.createIndex('subagents_requester').on('subagents').columns(['requester_key', 'seq']),
    schema.createIndex('subagents_session').on('subagents').column('session_key'),
    schema.createIndex('subagents_open').on('subagents').column('seq').where(sql<SqlBool>`state <> 'settled'`),
    schema
      .createIndex('subagents_archive')
      .on('subagents')
      .column('archive_at')
      .where(sql<SqlBool>`archive_at is not null`),
  ],
};
