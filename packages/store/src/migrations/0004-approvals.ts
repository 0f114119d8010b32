import { type SqlBool, sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Approvals. The partial index holds what a start has to look at: everything that nobody has acted on yet. */
export const approvals: Migration = {
  statements: ({ schema }) => [
    schema
      .createTable('approvals')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('state', 'text', (column) =>
        column.notNull().check(sql`state in ('pending', 'decided', 'expired', 'used')`),
      )
      .addColumn('request', 'text', (column) => column.notNull())
      .addColumn('requested_by', 'text', (column) => column.notNull())
      .addColumn('continuation', 'text')
      .addColumn('created_at', 'integer', (column) => column.notNull())
      .addColumn('expires_at', 'integer', (column) => column.notNull())
      .addColumn('decision', 'text')
      .addColumn('resolved_by', 'text')
      .addColumn('resolved_at', 'integer'),
    schema
      .createIndex('approvals_open')
      .on('approvals')
      .columns(['state', 'created_at'])
      .where(sql<SqlBool>`state <> 'used'`),
    schema
      .createIndex('approvals_ended')
      .on('approvals')
      .column('resolved_at')
      .where(sql<SqlBool>`resolved_at is not null`),
  ],
};
